import { writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { act, environmentOf, notice, readBreaks } from './breaks.ts'
import { freshFolder, root, titusBed } from './product.ts'

/** One testbed, broken one way after the other: each time the shipped scenario that must notice goes red and names what is broken. */
const folder = freshFolder()
const cwd = folder.path

t.before(async () => {
  await cp(join(root, 'scenarios'), join(cwd, 'scenarios'), { recursive: true })
  await cp(join(root, 'cluster.yaml'), join(cwd, 'cluster.yaml'))
  writeFileSync(join(cwd, 'titus-bed'), `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin/titus-bed.cjs')}' "$@"\n`, {
    mode: 0o755,
  })
})

t.teardown(async () => {
  await titusBed(cwd, 'destroy', '--yes')
  folder.remove()
})

t.test('every break turns the right scenario red for the right reason', { timeout: 1_200_000 }, async (t) => {
  const raised = await titusBed(cwd, 'apply', 'cluster.yaml')
  t.equal(raised.code, 0, 'apply', { stderr: raised.stderr })
  const green = await titusBed(cwd, 'run', 'scenarios')
  t.equal(green.code, 0, 'all scenarios are green before', { stdout: green.stdout })
  const env = await environmentOf(cwd)

  for (const each of readBreaks()) {
    await t.test(each.name, async (t) => {
      const broken = await act(cwd, each.break, env)
      t.equal(broken.code, 0, 'it is broken', { stdout: broken.stdout, stderr: broken.stderr })
      const { verdict, message, seconds, code } = await notice(cwd, each.notice, env)
      t.equal(verdict, each.verdict, `${each.notice} is ${each.verdict}`, { message })
      t.equal(code, each.verdict === 'failed' ? 1 : 3, 'exit code')
      for (const pattern of each.says) t.match(message, new RegExp(pattern), `it says ${pattern}`)
      t.comment(`${each.notice} ${verdict} after ${seconds.toFixed(1)} s:\n${message}`)
      const healed = await act(cwd, each.heal, env)
      t.equal(healed.code, 0, 'it is healed', { stdout: healed.stdout, stderr: healed.stderr })
    })
  }

  const again = await titusBed(cwd, 'run', 'scenarios')
  t.equal(again.code, 0, 'all scenarios are green again', { stdout: again.stdout.slice(-3000) })
})
