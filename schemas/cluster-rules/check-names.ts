import { accountName } from '../account-name.ts'
import type { ClusterCheck } from './cluster-check.ts'
import { countOf } from '../../system/count-of.ts'

/** AWS's longest name of an IAM role; `InstanceProfile` is appended to the key, and another testbed's name stands before it. */
const longestRoleName = 64

/** The bucket's name, the testbed's before it, is one that S3 takes.
 *  @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const checkBucket: ClusterCheck = ({ name, logBucket }) => {
  const bucket = accountName(name, logBucket.replaceAll('{account}', '0'.repeat(12)))
  const fault = bucketFault(bucket)
  if (fault === undefined) return []
  const called = `${accountName(name, logBucket)}${logBucket.includes('{account}') ? ' (with an account number of twelve digits)' : ''}`
  const expected =
    '3 to 63 lower-case letters, digits, hyphens and single dots, a letter or a digit first and last; {account} for the account number'
  return [
    { code: 'bad-bucket-name', path: ['logBucket'], ofKey: false, needs: [['name']], message: `logBucket: ${called} ${fault}`, expected },
  ]
}

/** The names of the roles, the testbed's before them, are no longer than IAM takes. */
export const checkRoleNames: ClusterCheck = ({ name, roles }) =>
  Object.keys(roles).flatMap((role) => {
    const full = accountName(name, `${role}InstanceProfile`)
    if (full.length <= longestRoleName) return []
    return [
      {
        code: 'role-name-too-long',
        path: ['roles', role],
        ofKey: true,
        needs: [['name']],
        message: `roles.${role}: its name on AWS, ${full}, has ${countOf(full.length, 'character')}`,
        expected: `at most ${longestRoleName}`,
      },
    ]
  })

function bucketFault(bucket: string): string | undefined {
  const placeholder = /\{[^}]*\}?/.exec(bucket)
  if (placeholder !== null) return `has ${placeholder[0]} in it, which stands for nothing`
  if (bucket.length < 3) return `has ${countOf(bucket.length, 'character')}`
  if (bucket.length > 63) return `comes to ${countOf(bucket.length, 'character')}`
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
