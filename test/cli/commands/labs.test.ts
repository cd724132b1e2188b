import t from 'tap'
import { labs } from '../../../cli/commands/labs.ts'
import type { LabsParts } from '../../../cli/commands/labs.ts'
import type { RunningLab } from '../../../lab/index.ts'
import { invocationIn } from '../fake-testbed.ts'

const blue: RunningLab = {
  name: '3f9a5c0d1e2b',
  folder: '/work/.titus-bed/blue/lab',
  ageSeconds: 42.4,
  memoryBytes: 734_003_200,
  processes: 9,
}
const orphan: RunningLab = { name: '00ff00ff00ff', ageSeconds: 7260, processes: 1 }

async function type(running: readonly RunningLab[], options: Readonly<Record<string, unknown>>, ...args: readonly string[]) {
  const ended: string[] = []
  const parts: LabsParts = { listLabs: () => running, stopLabNamed: async ({ name }) => void ended.push(name) }
  const { invocation, out } = invocationIn('/', { arguments: args, options })
  const code = await labs(invocation, parts).catch((error: Error) => error)
  return { code, out: out(), ended }
}

t.test('each lab on a line, with folder, age and memory', async (t) => {
  const { code, out } = await type([orphan, blue], {})
  t.equal(code, 0)
  t.equal(
    out,
    '00ff00ff00ff  (its supervisor is gone)  2 h, 1 process\n3f9a5c0d1e2b  /work/.titus-bed/blue/lab  42 s, 9 processes, 700 MiB\n',
  )
  t.equal((await type([], {})).out, 'no lab runs on this computer\n')
  t.same(JSON.parse((await type([blue], { json: true })).out), [blue])
})

t.test('--remove ends the one that there is, or the one that is named', async (t) => {
  t.same((await type([blue], { remove: true })).ended, ['3f9a5c0d1e2b'])
  for (const name of ['3f9a5c0d1e2b', '/work/.titus-bed/blue', '/work/.titus-bed/blue/', '/work'])
    t.same((await type([orphan, blue], { remove: true }, name)).ended, ['3f9a5c0d1e2b'], name)
  const several = await type([orphan, blue], { remove: true })
  t.match(several.code, { name: 'TestbedError', message: '2 labs run here', hint: /--remove NAME/ })
  t.same(several.ended, [])
  t.match((await type([blue], { remove: true }, '/work/.titus-bed/bl')).code, { message: /no lab .* runs on this computer/ })
})
