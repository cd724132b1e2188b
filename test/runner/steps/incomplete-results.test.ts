import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import t from 'tap'
import type { Json } from '../../../schemas/json.ts'
import { startStepTestbed } from '../step-testbed.ts'

const bed = await startStepTestbed()
const { runOne } = bed
t.teardown(() => bed.stop())

const host = 'gateway'
const noisy = "echo FIRST; head -c 2000000 /dev/zero | tr '\\0' x; echo; echo LAST"

t.test('what was left out of an output makes a claim about it errored, unless what is there decides', async (t) => {
  const errored = {
    outcome: 'errored',
    problem: { code: 'incomplete', message: /stdout is not whole: \d+ of 20000\d\d bytes, in the middle/ },
  }
  const claims: readonly (readonly [Record<string, Json>, object])[] = [
    [{ stdout: { not: { contains: 'ERROR' } } }, errored],
    [{ 'length(stdout)': 2_000_012 }, errored],
    [{ stdout: { matches: 'x\\nLAST$' } }, errored],
    [{ json: null }, { ...errored, problem: { code: 'incomplete', message: /json is not whole: stdout is not whole/ } }],
    [{ stdout: { contains: ['FIRST', 'LAST'] } }, { outcome: 'passed' }],
    [{ stdout: { matches: 'F.RST' } }, { outcome: 'passed' }],
    [{ stdout: { not: { contains: 'LAST' } } }, { outcome: 'failed' }],
    [{ stdout: 'FIRST and nothing else' }, { outcome: 'failed' }],
    [
      { exit: 0, stderr: '' },
      { outcome: 'passed', result: { cut: { stdout: /left out/ } } },
    ],
    [
      { exit: 3, stdout: { not: { contains: 'ERROR' } } },
      { outcome: 'failed', problem: { code: 'incomplete', severity: 'note' } },
    ],
  ]
  for (const [expect, found] of claims) t.match(await runOne('script', noisy, { host, expect }), found, JSON.stringify(expect))
  const captured = await runOne('script', noisy, { host, capture: { text: 'stdout' } })
  t.match(captured, { outcome: 'errored', problem: { code: 'incomplete' } }, 'a capture is a claim as well')
})

t.test('what is claimed of every item is claimed of those too of which JMESPath finds nothing', async (t) => {
  const said = 'echo \'{"items": [{"state": "OK"}, {}, {"state": "OK"}], "none": [{}]}\''
  const missing = { outcome: 'failed', checks: [{ passed: false, explanation: /^1 of 3 items has no state.*: \[1\]$/ }] }
  t.match(await runOne('script', said, { host, expect: { 'json.items[].state': { each: 'OK' } } }), missing)
  t.match(await runOne('script', said, { host, expect: { 'json.none[].state': { each: 'OK' } } }), {
    outcome: 'failed',
    checks: [{ explanation: /^1 of 1 item has no state/ }],
  })
  t.match(await runOne('script', said, { host, expect: { 'json.items[?state].state': { each: 'OK' } } }), { outcome: 'passed' })
  t.match(await runOne('script', said, { host, expect: { 'json.items[].state': { any: 'OK', length: 2 } } }), { outcome: 'passed' })
})

t.test('an output that something in the background still holds open is not whole', async (t) => {
  const background = '(sleep 20; echo ERROR) & echo started'
  t.match(await runOne('script', background, { host, expect: { stdout: { not: { contains: 'ERROR' } } } }), {
    outcome: 'errored',
    problem: { code: 'incomplete', message: /still open 0\.5 s after the command had ended/ },
  })
  t.match(await runOne('script', background, { host, expect: { stdout: { contains: 'started' } } }), { outcome: 'passed' })
})

t.test('what still flows after the end of the command is waited for', async (t) => {
  const slow = 'for i in 1 2 3 4 5 6 7 8 9; do sleep 0.1; echo $i; done & exit 0'
  t.match(await runOne('script', slow, { host, expect: { stdout: '1\n2\n3\n4\n5\n6\n7\n8\n9' } }), { outcome: 'passed' })
})

t.test('a body that ended early is not judged', async (t) => {
  const server = createServer((socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"ok": true'))
    socket.on('error', () => undefined)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const get = { get: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
  t.match(await runOne('http', get, { host, expect: { body: { not: { contains: 'error' } } } }), {
    outcome: 'errored',
    problem: { code: 'incomplete', message: /body is not whole: the body ended after 11 of 100 bytes/ },
    result: { status: 200, body: '{"ok": true', cut: { body: 'the body ended after 11 of 100 bytes' } },
  })
  t.match(await runOne('http', get, { host, expect: { body: { contains: 'true' } } }), { outcome: 'passed' })
  t.match(await runOne('http', get, { host, expect: { 'json.ok': true } }), { outcome: 'errored', problem: { code: 'incomplete' } })
  t.match(await runOne('http', get, { host, expect: { status: 500, json: null } }), { outcome: 'failed' })
})

t.test('what is no JSON has nothing inside, and no claim about that holds', async (t) => {
  const page = 'echo "<html>502 Bad Gateway</html>"'
  const denied = (explanation: RegExp) => ({ outcome: 'failed', checks: [{ passed: false, actual: null, explanation }] })
  const claims: readonly (readonly [string, Record<string, Json>, object])[] = [
    [page, { 'json.error': null }, denied(/^stdout is no JSON, so there is nothing to read$/)],
    [page, { '@.json.error': null }, denied(/^stdout is no JSON, so there is nothing to read$/)],
    [page, { '@ | json[0]': null }, denied(/^stdout is no JSON, so there is nothing to read$/)],
    [page, { '@.json': null }, { outcome: 'passed' }],
    [page, { 'json.error': { not: 'yes' } }, denied(/no JSON/)],
    [page, { 'json[0]': null }, denied(/no JSON/)],
    [page, { 'json.items[?broken]': null }, denied(/no JSON/)],
    [page, { 'json[].id | [0]': null }, denied(/no JSON/)],
    [page, { "json.error || 'none'": 'none' }, denied(/no JSON/)],
    ['true', { 'json.error': null }, denied(/^stdout is empty/)],
    ['echo \'{"a":NaN}\'', { 'json.a': null }, denied(/no JSON/)],
    ['printf "1\\n2\\n"', { 'json.a': null }, denied(/no JSON/)],
    [page, { json: null }, { outcome: 'passed' }],
    [page, { "json || 'none'": 'none' }, { outcome: 'passed' }],
    ['echo null', { 'json.error': null }, { outcome: 'passed' }],
    ['echo \'{"a":1}\'', { 'json.error': null }, { outcome: 'passed' }],
  ]
  for (const [script, expect, found] of claims)
    t.match(await runOne('script', script, { host, expect }), found, JSON.stringify([script, expect]))
  const server = createServer((socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>'))
    socket.on('error', () => undefined)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const get = { get: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
  t.match(await runOne('http', get, { host, expect: { 'json.error': null } }), denied(/^the body is no JSON/))
})

t.test('an expression over a result that never came is said to depend on it', async (t) => {
  t.match(await runOne('script', 'echo AccessDenied >&2; exit 255', { host, expect: { 'length(json)': 3 } }), {
    outcome: 'failed',
    checks: [{ subject: 'exit', passed: false, implied: true, actual: 255 }],
    problem: { code: 'expression', severity: 'note', message: /^not tested, since what it depends on does not hold: length\(json\)/ },
    result: { stderr: 'AccessDenied' },
  })
})
