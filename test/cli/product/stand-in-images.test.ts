import t from 'tap'
import { standInImages } from '../../../cli/product/stand-in-images.ts'
import { seedCluster } from '../../stack/fixtures.ts'

const signal = AbortSignal.timeout(60_000)
const other = process.arch === 'arm64' ? 't3.large' : 't4g.large'
const machines = { ...seedCluster.machines, prereqs: { instanceType: other } }

t.test('whose packages are their own has a Mesos of their own', async (t) => {
  const titus = { ...seedCluster.titus, packages: { from: '/debs', sha256: {} } }
  t.same(await standInImages({ ...seedCluster, titus, machines, target: 'aws' }, (line) => t.fail(line), signal), [])
})

t.test('images for another processor than this computer has are refused before anything is built', async (t) => {
  await t.rejects(
    standInImages({ ...seedCluster, machines, target: 'aws' }, (line) => t.fail(line), signal),
    {
      message: /^prereqs is \S+ \((arm64|x86_64)\), and the stand-ins are built here for (arm64|x86_64)$/,
    },
  )
})
