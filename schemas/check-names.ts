import type { ClusterCheck, PlaceOf } from './cluster-check.ts'
import type { Cluster } from './cluster.ts'
import type { Problem } from './problem.ts'

/** AWS's longest name of an IAM role; `InstanceProfile` is appended to the key, and another testbed's name stands before it. */
const longestRoleName = 64

/** The names that AWS gives limits for: the bucket and the roles, with the testbed's name before them. */
export const checkNames: ClusterCheck = (cluster, placeOf) => [...checkBucket(cluster, placeOf), ...checkRoleNames(cluster, placeOf)]

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
function checkBucket({ name, logBucket }: Cluster, placeOf: PlaceOf): readonly Problem[] {
  const prefix = name === 'titus' ? '' : `${name}-`
  const bucket = `${prefix}${logBucket.replaceAll('{account}', '0'.repeat(12))}`
  const fault = bucketFault(bucket)
  if (fault === undefined) return []
  const called = `${prefix}${logBucket}${logBucket.includes('{account}') ? ' (with an account number of twelve digits)' : ''}`
  const expected =
    '3 to 63 lower-case letters, digits, hyphens and single dots, a letter or a digit first and last; {account} for the account number'
  return [{ code: 'bad-bucket-name', severity: 'error', place: placeOf(['logBucket']), message: `logBucket: ${called} ${fault}`, expected }]
}

function bucketFault(bucket: string): string | undefined {
  const placeholder = /\{[^}]*\}?/.exec(bucket)
  if (placeholder !== null) return `has ${placeholder[0]} in it, which stands for nothing`
  if (bucket.length < 3) return `has ${bucket.length} characters`
  if (bucket.length > 63) return `comes to ${bucket.length} characters`
  if (/[A-Z]/.test(bucket)) return 'has capital letters'
  const strange = /[^a-z0-9.-]/.exec(bucket)
  if (strange !== null) return `has ${JSON.stringify(strange[0])} in it`
  if (!/^[a-z0-9].*[a-z0-9]$/.test(bucket)) return 'does not begin and end with a letter or a digit'
  if (bucket.includes('..')) return 'has two dots in a row'
  if (/^\d+\.\d+\.\d+\.\d+$/.test(bucket)) return 'looks like an IP address'
  const reserved =
    ['xn--', 'sthree-', 'amzn-s3-demo-'].find((start) => bucket.startsWith(start)) ??
    ['-s3alias', '--ol-s3', '.mrap', '--x-s3'].find((end) => bucket.endsWith(end))
  return reserved === undefined ? undefined : `uses ${reserved}, which AWS keeps for itself`
}

function checkRoleNames({ name, roles }: Cluster, placeOf: PlaceOf): readonly Problem[] {
  return Object.keys(roles).flatMap((role) => {
    const full = `${name === 'titus' ? '' : `${name}-`}${role}InstanceProfile`
    if (full.length <= longestRoleName) return []
    const message = `roles.${role}: its name on AWS, ${full}, has ${full.length} characters`
    return [
      {
        code: 'role-name-too-long',
        severity: 'error',
        place: placeOf(['roles', role], 'key'),
        message,
        expected: `at most ${longestRoleName}`,
      } satisfies Problem,
    ]
  })
}
