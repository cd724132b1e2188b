import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { freshFolder, root, startTitusBed, titusBed, tracesOnComputer } from './product.ts'

/** Whatever is killed, and whenever: `destroy` then leaves nothing. Each case starts from a fresh folder, and kills one command after the
 *  other as soon as it says what it is about to do. */
const cases = [
  { name: 'apply while the lab starts', raised: false, kills: [{ command: ['apply', 'cluster.yaml'], at: /lab/i }] },
  {
    name: 'apply while Terraform creates',
    raised: false,
    kills: [{ command: ['apply', 'cluster.yaml'], at: /aws_vpc\S* .*creat/i }],
  },
  {
    name: 'run in the middle of a scenario, and in destroy while Terraform destroys',
    raised: true,
    kills: [
      { command: ['run', 'scenarios/batch-job.yaml', '--reporter', 'spec'], at: /batch job/ },
      { command: ['destroy', '--yes'], at: /destroy/i },
    ],
  },
] as const

for (const { name, raised, kills } of cases) {
  t.test(`SIGKILL in ${name}`, { timeout: 600_000 }, async (t) => {
    const folder = freshFolder()
    t.teardown(folder.remove)
    await cp(join(root, 'scenarios'), join(folder.path, 'scenarios'), { recursive: true })
    await cp(join(root, 'cluster.yaml'), join(folder.path, 'cluster.yaml'))
    const before = await tracesOnComputer(folder.path)
    if (raised) {
      t.equal((await titusBed(folder.path, 'apply', 'cluster.yaml')).code, 0, 'raised first')
      t.match(await tracesOnComputer(folder.path), { cgroups: /titus-bed/, processes: /titus-bed/ }, 'which is seen')
    }

    for (const { command, at } of kills) {
      const running = startTitusBed(folder.path, ...command)
      await running.says(at)
      process.kill(running.pid, 'SIGKILL')
      t.equal((await running.ended).signal, 'SIGKILL', `${command[0]} was killed`)
    }

    const destroyed = await titusBed(folder.path, 'destroy', '--yes')
    t.equal(destroyed.code, 0, 'destroy succeeds', { stderr: destroyed.stderr.slice(-3000) })
    t.same(await tracesOnComputer(folder.path), before, 'nothing is left')
  })
}
