import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { freshFolder, root, startTitusBed, titusBed, tracesOnComputer } from './product.ts'

/** Whatever is killed, and whenever: `destroy` then leaves nothing. Each case starts from a fresh folder. */
const cases = [
  { name: 'apply while the lab starts', command: ['apply', 'cluster.yaml'], raised: false, at: /lab/i },
  { name: 'apply while Terraform creates', command: ['apply', 'cluster.yaml'], raised: false, at: /aws_vpc\S* .*creat/i },
  {
    name: 'run in the middle of a scenario',
    command: ['run', 'scenarios/batch-job.yaml', '--reporter', 'spec'],
    raised: true,
    at: /batch job/,
  },
  { name: 'destroy while Terraform destroys', command: ['destroy', '--yes'], raised: true, at: /destroy/i },
] as const

for (const { name, command, raised, at } of cases) {
  t.test(`SIGKILL in ${name}`, { timeout: 600_000 }, async (t) => {
    const folder = freshFolder()
    t.teardown(folder.remove)
    await cp(join(root, 'scenarios'), join(folder.path, 'scenarios'), { recursive: true })
    await cp(join(root, 'cluster.yaml'), join(folder.path, 'cluster.yaml'))
    const before = await tracesOnComputer(folder.path)
    if (raised) t.equal((await titusBed(folder.path, 'apply', 'cluster.yaml')).code, 0, 'raised first')

    const running = startTitusBed(folder.path, ...command)
    await running.says(at)
    process.kill(running.pid, 'SIGKILL')
    t.equal((await running.ended).signal, 'SIGKILL', 'the command was killed')

    const destroyed = await titusBed(folder.path, 'destroy', '--yes')
    t.equal(destroyed.code, 0, 'destroy succeeds', { stderr: destroyed.stderr.slice(-3000) })
    t.same(await tracesOnComputer(folder.path), before, 'nothing is left')
  })
}
