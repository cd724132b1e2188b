import t from 'tap'
import { runProgram } from '../../lab/run-program.ts'

t.test('values reach the program as they are', async (t) => {
  const values = ['', ' ', "it's", '"$(id)"', '`id`; id', '*', '\\', 'ü\n']
  t.equal(await runProgram(['printf', '%s|', ...values]), `${values.join('|')}|`)
  t.equal(await runProgram(['cat'], { input: '$HOME `id`\n' }), '$HOME `id`\n')
  t.equal(await runProgram(['cat']), '')
  // The test runner adds variables of its own to every child, so only ours are looked at
  process.env['NOT_FOR_THE_CHILD'] = '1'
  t.teardown(() => delete process.env['NOT_FOR_THE_CHILD'])
  const seen = (await runProgram(['env'], { env: { PATH: '/usr/bin:/bin', ONLY: 'this' } })).split('\n')
  t.ok(seen.includes('ONLY=this'))
  t.notOk(seen.some((line) => line.startsWith('NOT_FOR_THE_CHILD=')))
})

t.test('what ends without having read everything is judged by how it ends', async (t) => {
  const input = 'x'.repeat(1_000_000)
  t.equal(await runProgram(['true'], { input }), '')
  await t.rejects(runProgram(['sh', '-c', 'echo why >&2; exit 3'], { input }), { message: /ended with code 3: why$/ })
  await t.rejects(runProgram(['/nowhere/program'], { input }), { code: 'ENOENT' })
})

t.test('nothing runs for longer than its deadline', async (t) => {
  await t.rejects(runProgram(['sh', '-c', 'trap "" TERM; while :; do sleep 0.05; done'], { deadlineMs: 100 }), {
    message: /ended with SIGKILL/,
  })
})
