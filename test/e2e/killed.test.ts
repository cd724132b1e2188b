import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { freshFolder, killOnceItSays, root, titusBed, tracesOnComputer } from './product.ts'

/** Whenever `apply` is killed: `destroy` then leaves nothing. Each case starts from a fresh folder, and kills as soon as the command says
 *  what it is about to do. What is killed on a testbed that stands is killed in life.test.ts. */
const cases = [
  { name: 'apply while the lab starts', at: /lab/i },
  { name: 'apply while Terraform creates', at: /aws_vpc\S* .*creat/i },
] as const

for (const { name, at } of cases) {
  t.test(`SIGKILL in ${name}`, { timeout: 600_000 }, async (t) => {
    const folder = freshFolder()
    t.teardown(folder.remove)
    await cp(join(root, 'cluster.yaml'), join(folder.path, 'cluster.yaml'))
    const before = await tracesOnComputer(folder.path)
    t.equal((await killOnceItSays(folder.path, at, 'apply', 'cluster.yaml')).signal, 'SIGKILL', 'apply was killed')
    const destroyed = await titusBed(folder.path, 'destroy', '--yes')
    t.equal(destroyed.code, 0, 'destroy succeeds', { stderr: destroyed.stderr.slice(-3000) })
    t.same(await tracesOnComputer(folder.path), before, 'nothing is left')
  })
}
