import t from 'tap'
import type { Cluster } from '../../schemas/cluster.ts'
import { synthesize } from '../../stack/synth.ts'
import { seedCluster, seedInputs } from './fixtures.ts'

// The JSON is data without a type of its own; a test names the paths that it means.
// eslint-disable-next-line typescript/no-explicit-any
type Loose = any

function policyOf(stack: Loose, role: string) {
  return JSON.parse(stack.resource.aws_iam_role_policy[`${role}InstanceProfile_policy`].policy).Statement
}

t.test('an action that is allowed on some resources is allowed on those alone', async (t) => {
  const bucket = { actions: ['s3:GetObject', 's3:ListBucket'], resources: ['arn:aws:s3:::mine', 'arn:aws:s3:::mine/*'] }
  const roles: Cluster['roles'] = {
    machines: { service: 'ec2', allow: [{ actions: ['*'], resources: ['*'] }] },
    app: { allow: ['ec2:Describe*', bucket], assumedBy: 'machines' },
    reader: { allow: [bucket], assumedBy: 'app' },
    scoped: { allow: [{ actions: ['*'], resources: ['arn:aws:s3:::mine'] }], assumedBy: 'machines' },
    idle: { allow: [], assumedBy: 'machines' },
  }
  const stack = synthesize({ ...seedCluster, roles }, seedInputs) as Loose
  const onBucket = { Effect: 'Allow', Action: bucket.actions, Resource: bucket.resources }
  const assumes = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: ['${aws_iam_role.readerInstanceProfile.arn}'] }
  t.strictSame(policyOf(stack, 'app'), [{ Effect: 'Allow', Action: ['ec2:Describe*'], Resource: '*' }, onBucket, assumes])
  t.strictSame(policyOf(stack, 'reader'), [onBucket])
  t.strictSame(policyOf(stack, 'machines'), [{ Effect: 'Allow', Action: ['*'], Resource: '*' }], 'everything on everything is an admin')
  t.strictSame(policyOf(stack, 'scoped'), [{ Effect: 'Allow', Action: ['*'], Resource: ['arn:aws:s3:::mine'] }])
  t.match(
    JSON.stringify(stack),
    /"idleInstanceProfile":(?!.*idleInstanceProfile_policy)/,
    'who may nothing has no policy: IAM refuses an empty one',
  )
})
