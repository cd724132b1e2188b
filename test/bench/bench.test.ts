import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { quantile, time, timeEach } from '../../bench/figure.ts'
import type { Figure } from '../../bench/figure.ts'
import { runProgram } from '../../bench/program.ts'
import { renderJson, renderTable } from '../../bench/report.ts'
import { waitFor } from '../runner/wait-for.ts'

const computer = { cores: 2, processor: 'a processor', memoryGiB: 8, load: [0.1, 0.2, 0.3], node: 'v20.0.0' }
const never = new AbortController().signal

t.test('quantiles', async (t) => {
  t.equal(quantile([3, 1, 2], 0.5), 2)
  t.equal(quantile([4, 1, 2, 3], 0.5), 2.5)
  t.equal(quantile([7], 0.95), 7)
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  t.equal(quantile(hundred, 0.95), 95)
  t.throws(() => quantile([], 0.5), RangeError)
})

t.test('a failure has no duration', async (t) => {
  let calls = 0
  t.equal((await timeEach(3, async () => (calls += 1))).length, 3)
  t.equal(calls, 3)
  await t.rejects(
    time(() => Promise.reject(new Error('broken'))),
    { message: 'broken' },
  )
})

t.test('the table and the JSON', async (t) => {
  const warm = Array.from({ length: 20 }, (_, index) => index + 1)
  const figures: readonly Figure[] = [
    { name: 'quick', cold: [1500], warm, how: 'so' },
    { name: 'a long name', cold: [], warm: [61_000, 59_000], how: 'otherwise' },
    { name: 'memory', cold: [95.25], warm: [], unit: 'MiB', how: 'in another unit' },
  ]
  const [head, , titles, ...rows] = renderTable(computer, figures).split('\n')
  t.match(head, /^2 cores \(a processor\), 8 GiB, .*load average at the start: 0\.1 0\.2 0\.3$/)
  t.match(titles, /^figure +cold +warm +how measured$/)
  t.match(rows[0], /^quick +1\.5 s +10\.5 ms, p95 19\.0 ms \(20x\) +so$/)
  t.match(rows[1], /^a long name +- +60\.0 s \(2x\) +otherwise$/)
  t.equal(rows[0]?.indexOf('so'), rows[1]?.indexOf('otherwise'), 'columns stand below each other')
  const json = JSON.parse(renderJson(computer, figures)) as { figures: unknown[] }
  t.match(json.figures[0], { name: 'quick', coldMs: { median: 1500, samples: [1500] }, warmMs: { median: 10.5, p95: 19 } })
  t.match(json.figures[1], { coldMs: null })
  t.match(rows[2], /^memory +95\.3 MiB +- +in another unit$/)
  t.match(json.figures[2], { unit: 'MiB', cold: { median: 95.25 }, warm: null })
})

t.test('a program', async (t) => {
  const options = { cwd: '/', signal: never }
  t.equal(await runProgram('sh', ['-c', 'echo out; echo err >&2'], options), 'out\nerr\n')
  t.equal(await runProgram('sh', ['-c', 'exit 2'], { ...options, accepted: [0, 2] }), '')
  await t.rejects(runProgram('sh', ['-c', 'echo why; exit 3'], options), /ended with 3\nwhy/)
  await t.rejects(runProgram('/nowhere/program', [], options), { code: 'ENOENT' })
  await t.rejects(runProgram('sleep', ['60'], { ...options, timeoutMs: 50 }), /ended with SIGINT, after more than/)
  const controller = new AbortController()
  const folder = mkdtempSync(join(tmpdir(), 'titus-bed-bench-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const ready = join(folder, 'ready')
  const script = 'trap "echo asked; exit 130" INT; echo >"$0"; while :; do sleep 0.05; done'
  const running = runProgram('sh', ['-c', script, ready], { ...options, signal: controller.signal })
  await waitFor('the program listens to SIGINT', () => existsSync(ready))
  controller.abort()
  await t.rejects(running, /ended with 130, interrupted\nasked/)
})
