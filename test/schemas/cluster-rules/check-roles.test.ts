import t from 'tap'
import { loadCluster } from '../../../schemas/cluster-rules/load-cluster.ts'

t.test('a role may be allowed actions on some resources alone, whose form is checked', async (t) => {
  const allowing = (entry: string) => `roles: { only: { service: ec2, allow: ['ec2:*', ${entry}] } }\n`
  const bucket = { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::mine/*'] }
  t.same(
    loadCluster(allowing("{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::mine/*'] }"), 'cluster.yaml').cluster?.roles['only']
      ?.allow,
    ['ec2:*', bucket],
  )
  const told = (entry: string) => loadCluster(allowing(entry), 'cluster.yaml').problems.filter(({ severity }) => severity === 'error')
  for (const entry of [
    "{ actions: ['s3:GetObject'] }",
    "{ actions: [], resources: ['*'] }",
    "{ actions: [s3], resources: ['*'] }",
    "{ actions: ['s3:GetObject'], resources: [mine] }",
    "{ actions: ['s3:GetObject'], resources: ['arn:aws-cn:s3:::mine'] }",
    "{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::mine/${aws:username}'] }",
  ])
    t.equal(told(entry).length, 1, entry)
})
