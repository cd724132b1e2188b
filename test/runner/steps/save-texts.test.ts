import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { runScenarios } from '../../../runner/index.ts'
import { loadScenario } from '../../../schemas/language/load-scenario.ts'
import { matchers } from '../../../runner/matchers/index.ts'
import { stepKinds as kinds } from '../../../runner/steps/index.ts'
import { startStepTestbed } from '../step-testbed.ts'

const bed = await startStepTestbed()
const { folder, runOne } = bed
t.teardown(() => bed.stop())

const host = 'gateway'
const long = "echo FIRST; head -c 2000000 /dev/zero | tr '\\0' x; echo; echo LAST; echo ERR >&2"
const noError = { stdout: { not: { contains: 'ERROR' } } }

t.test('how much of a text is kept is a setting: what is whole decides, what is not says so', async (t) => {
  t.match(await runOne('script', long, { host, expect: noError }), {
    outcome: 'errored',
    problem: { code: 'incomplete', hint: /`maxOutput:`/ },
  })
  t.match(await runOne('script', long, { host, expect: noError, maxOutputBytes: 4 << 20 }), { outcome: 'passed' })
  const little = await runOne('script', long, { host, maxOutputBytes: 1024, expect: { stdout: { contains: ['FIRST', 'LAST'] } } })
  t.match(little, { outcome: 'passed', result: { cut: { stdout: /1998988 of 2000012 bytes, in the middle, were left out/ } } })
  t.ok((little.result as { stdout: string }).stdout.length < 1100)
})

t.test('JSON that was cut says so, wherever it is from', async (t) => {
  const json = `{"a": "${'x'.repeat(3000)}"}`
  writeFileSync(join(folder, 'long.json'), json)
  const cat = ['cat', join(folder, 'long.json')]
  const told = { json: null, cut: { json: /(stdout|the body) is not whole: \d+ of 30\d\d bytes/ } }
  const errored = { outcome: 'errored', problem: { code: 'incomplete', message: /json is not whole/ }, result: told }
  t.match(await runOne('run', cat, { host, maxOutputBytes: 1024, expect: { json: null } }), errored)
  t.match(await runOne('run', cat, { host, maxOutputBytes: 1024, capture: { a: 'json.a' } }), errored)
  t.match(await runOne('run', cat, { host, expect: { 'length(json.a)': 3000 } }), { outcome: 'passed' })
  const echo = { post: `http://127.0.0.1:${bed.port}/`, body: json }
  t.match(await runOne('http', echo, { host, maxOutputBytes: 1024, expect: { json: null } }), errored)
  t.match(await runOne('http', echo, { host, maxOutputBytes: 1024, expect: { status: 200 } }), { outcome: 'passed', result: told })
  const got = await runOne(
    'copy',
    { get: cat[1] ?? '' },
    { host, maxOutputBytes: 1024, expect: { bytes: json.length, text: { not: { contains: 'y' } } } },
  )
  t.match(got, { outcome: 'errored', problem: { code: 'incomplete', message: /text is not whole/ }, result: { cut: { text: /left out/ } } })
})

t.test('the scenario says what its steps keep where they say nothing, also those of a file that it uses', async (t) => {
  const files: Readonly<Record<string, string>> = {
    'lib.yaml': "steps:\n  - name: inner\n    host: gateway\n    run: [sh, -c, 'head -c 5000 /dev/zero']\n",
  }
  const text = `scenario: kept
maxOutput: 2KiB
steps:
  - { name: outer, host: gateway, run: [sh, -c, 'head -c 5000 /dev/zero'] }
  - { name: own, host: gateway, run: [sh, -c, 'head -c 5000 /dev/zero'], maxOutput: 8KiB }
  - { name: used, use: lib.yaml }
`
  const { scenario, problems } = await loadScenario({
    file: join(folder, 'kept.yaml'),
    text,
    kinds,
    matchers,
    readFile: async (path) => files[path.slice(folder.length + 1)] ?? Promise.reject(new Error(path)),
  })
  t.same(problems, [])
  const report = await runScenarios({ testbed: bed.testbed, scenarios: scenario === undefined ? [] : [scenario], onEvent: () => undefined })
  const cuts = report.scenarios[0]?.steps.map(({ name, result }) => [name, (result as { cut?: unknown } | undefined)?.cut !== undefined])
  t.same(cuts, [
    ['outer', true],
    ['own', false],
    ['used', false],
    ['inner', true],
  ])
})

t.test('a text is saved whole beside what is kept of it, for the owner alone', async (t) => {
  const step = await runOne(
    'script',
    long,
    { host, maxOutputBytes: 1024, save: { stdout: 'out/${{ name }}.log', stderr: 'out/err.log' } },
    { name: 'all' },
  )
  t.match(step, { outcome: 'passed', result: { saved: { stdout: 'out/all.log', stderr: 'out/err.log' }, cut: { stdout: /left out/ } } })
  const saved = readFileSync(join(folder, 'out/all.log'), 'utf8')
  t.equal(saved, `FIRST\n${'x'.repeat(2_000_000)}\nLAST\n`)
  t.equal(readFileSync(join(folder, 'out/err.log'), 'utf8'), 'ERR\n')
  t.equal(statSync(join(folder, 'out/all.log')).mode & 0o777, 0o600)
  t.match(await runOne('run', 'false', { host, save: { stdout: 'out/empty.log' } }), { outcome: 'failed' })
  t.equal(readFileSync(join(folder, 'out/empty.log'), 'utf8'), '', 'what a failed step said is saved too')
  t.match(await runOne('run', 'hostname', { host: 'agents.all', save: { stdout: 'out/name.log' } }), {
    result: { 'agents[0]': { saved: { stdout: 'out/name.agents[0].log' } }, 'agents[1]': {} },
  })
  t.match(await runOne('copy', { get: join(folder, 'out/all.log') }, { host, maxOutputBytes: 1024, save: { text: 'out/again.log' } }), {
    outcome: 'passed',
  })
  t.equal(readFileSync(join(folder, 'out/again.log'), 'utf8'), saved)
  t.match(
    await runOne('script', 'date +%s%N', {
      host,
      save: { stdout: 'out/poll.log' },
      expect: { stdout: 'x' },
      until: { withinMs: 3000, everyMs: 500 },
    }),
    {
      outcome: 'failed',
    },
  )
  t.same(readdirSync(join(folder, 'out')).toSorted(), [
    'again.log',
    'all.log',
    'empty.log',
    'err.log',
    'name.agents[0].log',
    'name.agents[1].log',
    'poll.log',
  ])
})

t.test('a body is saved as it came; one that is coded is not', async (t) => {
  const big = 'y'.repeat(3_000_000)
  const server = createServer((request, response) => {
    if (request.url !== '/gzip') return void response.end(big)
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(big))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  t.match(await runOne('http', { get: url }, { host, save: { body: 'body.txt' } }), {
    outcome: 'passed',
    result: { saved: { body: 'body.txt' } },
  })
  t.equal(readFileSync(join(folder, 'body.txt'), 'utf8'), big)
  t.match(await runOne('http', { get: `${url}/gzip` }, { host, save: { body: 'coded.txt' }, maxOutputBytes: 4 << 20 }), {
    outcome: 'errored',
    problem: { code: 'save', hint: /accept-encoding: identity/ },
  })
})

t.test('nothing is saved outside, where a folder is, or where there is no room', async (t) => {
  const outside = mkdtempSync(join(tmpdir(), 'titus-bed-outside-'))
  t.teardown(() => rmSync(outside, { recursive: true }))
  symlinkSync(outside, join(folder, 'way-out'))
  for (const path of ['../out.log', '/tmp/out.log', 'way-out/out.log', join(outside, 'out.log')])
    t.match(
      await runOne('run', 'echo x', { host, save: { stdout: path } }),
      { outcome: 'errored', problem: { code: 'file-outside' } },
      path,
    )
  t.same(readdirSync(outside), [])
  t.match(await runOne('run', 'echo x', { host, save: { stdout: '.' } }), { outcome: 'errored', problem: { message: /is a folder/ } })
  t.match(await runOne('run', 'echo x', { host, save: { stdout: '${{ nothing }}' } }, { nothing: 1 }), {
    outcome: 'errored',
    problem: { code: 'bad-parameter', message: /the path to save stdout in is no text/ },
  })
  if (process.getuid?.() !== 0) return
  const small = join(folder, 'small')
  execFileSync('mkdir', [small])
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small])
  t.teardown(() => execFileSync('umount', [small]))
  t.match(await runOne('script', 'head -c 1000000 /dev/zero', { host, save: { stdout: 'small/out.log' } }), {
    outcome: 'errored',
    problem: { code: 'save', message: /cannot save small\/out\.log: .*no space/i },
  })
  t.same(readdirSync(small), [])
})
