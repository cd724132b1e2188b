import t from 'tap'
import { checkPackages } from '../../../schemas/cluster-rules/check-packages.ts'
import { seedCluster } from '../../stack/fixtures.ts'

t.test('a repository is the only source, and what is in it is not known here', async (t) => {
  const apt = { url: 'https://apt.example.com/titus', suite: 'stable', components: ['main'], key: './titus.asc' }
  const check = (packages: object) => checkPackages({ ...seedCluster, titus: { ...seedCluster.titus, packages: { apt, ...packages } } })
  t.same(check({ master: ['titus-server-master', 'mesos'] }), [])
  t.match(check({ from: '/debs' }), [{ code: 'two-package-sources', message: 'titus.packages has apt and from' }])
  const sums = check({ sha256: {} })
  t.match(sums, [
    { code: 'two-package-sources', path: ['titus', 'packages', 'sha256'], hint: /^remove it: the key of the repository vouches/ },
  ])
})
