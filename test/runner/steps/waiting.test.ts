import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import type { JsonObject } from '../../../schemas/json.ts'
import { runScenarios } from '../../../runner/index.ts'
import { buildScenario, buildStep } from '../build-scenario.ts'
import type { StepSource } from '../build-scenario.ts'
import { freePort } from '../sshd.ts'
import { startSilentPort } from '../silent-port.ts'
import { startStepTestbed } from '../step-testbed.ts'

const bed = await startStepTestbed()
const { folder, runOne } = bed
const silent = await startSilentPort()
t.teardown(async () => {
  await silent.stop()
  await bed.stop()
})
const address = `127.0.0.1:${silent.port}`
const everyMs = 100

t.test('reach: a port that does not answer is filtered, however its time ends, and the claim that it is open is false', async (t) => {
  const claim = (state: string, timeout?: string): JsonObject => ({
    from: ['bastion', 'agents[0]'],
    to: { api: address },
    expect: { bastion: { api: state }, 'agents[0]': { api: state } },
    ...(timeout === undefined ? {} : { timeout }),
  })
  const told = /expected open, got filtered \(no answer within [\d.]+ s: a security group or a route lets nothing through\)/
  const failed = { outcome: 'failed', checks: [{ actual: 'filtered', explanation: told }, { actual: 'filtered' }] }
  t.match(await runOne('reach', claim('open', '1s')), failed)
  t.match(
    await runOne('reach', claim('open', '60s'), { timeoutMs: 2500 }),
    failed,
    'the time of the step is shorter than that of its cells',
  )
  t.match(await runOne('reach', claim('open', '60s'), { until: { withinMs: 3000, everyMs } }), failed, 'so is that of the polling')
  t.match(await runOne('reach', claim('open', '1s'), { until: { withinMs: 2500, everyMs } }), failed)
  t.match(await runOne('reach', claim('closed', '60s'), { timeoutMs: 2500 }), { outcome: 'passed' })
  t.match(
    await runOne('reach', claim('closed', '60s'), { timeoutMs: 700 }),
    { outcome: 'errored', problem: { message: /no answer within 0(\.\d)? s, and there was no time to wait for longer/ } },
    'a silence that is too short shows nothing',
  )
  const refused = { from: ['bastion'], to: { api: `127.0.0.1:${await freePort()}` }, expect: { bastion: { api: 'open' } } }
  t.match(await runOne('reach', refused), { checks: [{ explanation: /got refused \(.*: look at the service: nothing listens there\)/ }] })
})

t.test('http: what it waited for is told, with where to look, and a port that is filtered is tried again', async (t) => {
  const get = { get: `http://${address}/` }
  const told = { message: /gateway -> 127\.0\.0\.1:\d+: filtered \(no answer within/, hint: /security groups.*route/ }
  t.match(await runOne('http', get, { host: 'gateway', timeoutMs: 1200 }), { outcome: 'errored', problem: told })
  const once = await runOne('http', get, {
    host: 'gateway',
    timeoutMs: 60_000,
    until: { withinMs: 1500, everyMs, retryOn: ['connection'] },
  })
  t.match(once, { outcome: 'errored', problem: told }, 'the first attempt took all the time')
  const often = await runOne('http', get, { host: 'gateway', timeoutMs: 700, until: { withinMs: 3000, everyMs, retryOn: ['connection'] } })
  t.match(often, { outcome: 'errored', problem: told })
  t.ok(often.attempts > 1, 'each attempt has its own limit')
  const port = await freePort()
  const later = runOne(
    'http',
    { get: `http://127.0.0.1:${port}/` },
    { host: 'gateway', until: { withinMs: 1000, everyMs, retryOn: ['connection'] } },
  )
  t.match(await later, { outcome: 'errored', problem: { message: /refused/, hint: /look at the service/ } })
})

t.test('a name that does not resolve yet is waited for, a certificate that is wrong is not', async (t) => {
  const until = { withinMs: 2000, everyMs, retryOn: ['connection'] } as const
  const unknown = await runOne('http', { get: 'http://no-such-name.invalid/' }, { host: 'gateway', until })
  t.match(unknown, { outcome: 'errored', problem: { code: 'name', message: /no-such-name\.invalid/ } })
  t.ok(unknown.attempts > 1)
  const grid = { from: ['gateway'], to: { api: 'no-such-name.invalid:80' }, expect: { gateway: { api: 'open' } } }
  t.ok((await runOne('reach', grid, { until })).attempts > 1)
  const patient = { ...until, withinMs: 30_000 }
  const key = join(folder, 'key.pem')
  const certificate = join(folder, 'cert.pem')
  const subject = ['-subj', '/CN=other', '-addext', 'subjectAltName=DNS:other']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, ...subject], {
    stdio: 'ignore',
  })
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_request, response) => response.end('x'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`
  t.match(await runOne('http', { get: url }, { host: 'gateway', until: patient }), {
    outcome: 'errored',
    attempts: 1,
    problem: { code: 'tls' },
  })
  const cell = (expected: string | number) => ({ from: ['gateway'], to: { api: url }, expect: { gateway: { api: expected } } })
  t.match(await runOne('reach', cell(200), { until: patient }), { outcome: 'errored', attempts: 1, problem: { message: /certificate is/ } })
  t.match(
    await runOne('reach', cell('open'), { until: patient }),
    { outcome: 'passed' },
    'that it is open is true, whatever its certificate is',
  )
})

t.test('an attempt that takes too long does not hide what the one before it saw', async (t) => {
  const mark = join(folder, 'once')
  const hanging = `test ! -e ${mark} || sleep 20; touch ${mark}; echo 3`
  const step = { host: 'gateway', expect: { stdout: '4' }, timeoutMs: 1500, until: { withinMs: 20_000, everyMs } }
  t.match(await runOne('script', hanging, step), {
    outcome: 'errored',
    attempts: 2,
    problem: { code: 'timeout', message: /did not end within 1\.5 s.*; the state before was: stdout: .*"3"/ },
  })
})

t.test('the time of the scenario, and that of the step around, end a step with the last state', async (t) => {
  const polling = buildStep('script', 'echo 3', { host: 'gateway', expect: { stdout: '4' }, until: { withinMs: 20_000, everyMs } })
  const waiting = buildStep('http', { get: `http://${address}/` }, { host: 'gateway', timeoutMs: 20_000 })
  const reaching = buildStep('reach', { from: ['gateway'], to: { api: address }, expect: { gateway: { api: 'closed' } }, timeout: '20s' })
  const group = (steps: ReturnType<typeof buildStep>[]) => buildStep('group', [], { name: 'group', timeoutMs: 1500, more: { steps } })
  const report = await runScenarios({
    testbed: bed.testbed,
    scenarios: [polling, waiting, reaching].flatMap((step, index) => [
      buildScenario(`scenario ${index}`, [step], { timeoutMs: 1500 }),
      buildScenario(`group ${index}`, [group([step])]),
    ]),
    options: { parallel: 6 },
    onEvent: () => undefined,
  })
  const last = [/the last state was: stdout: .*"3"/, /gateway -> .* filtered \(no answer within/, /./]
  for (const [index, pattern] of last.entries()) {
    t.match(report.scenarios.find(({ name }) => name === `scenario ${index}`)?.steps, [
      { outcome: 'errored', problem: { code: 'scenario-timeout', message: pattern } },
    ])
    t.match(report.scenarios.find(({ name }) => name === `group ${index}`)?.steps, [
      { kind: 'group', outcome: 'errored', problem: { code: 'timeout', message: pattern } },
      { outcome: 'errored', problem: { message: pattern } },
    ])
  }
})

t.test('access: a look that the end cut off does not hide the one before it', async (t) => {
  const bin = mkdtempSync(join(folder, 'bin-'))
  const asked = join(folder, 'asked')
  writeFileSync(
    join(bin, 'aws'),
    `#!/bin/sh
if [ "$2" = get-caller-identity ]; then
  [ ! -e ${asked} ] || sleep 30
  echo '{"Arn":"arn:aws:sts::123456789012:assumed-role/role/i-1"}'
  exit
fi
touch ${asked}
echo "An error occurred (AccessDenied) when calling the ListBuckets operation: Access Denied" >&2
exit 254
`,
  )
  chmodSync(join(bin, 'aws'), 0o755)
  const table = { as: { gateway: 'gateway' }, calls: { 's3 ls': { gateway: 'allowed' } }, settle: '13s' }
  t.match(await runOne('access', table, { env: { PATH: `${bin}:/usr/bin:/bin` }, timeoutMs: 2000 }), {
    outcome: 'errored',
    problem: { code: 'timeout', message: /did not end within .*the last state was: gateway: s3 ls: denied \(AccessDenied\)/ },
    result: { grid: /denied/ },
  })
})

t.test('reach: a last look that the end cuts off on its way to a source does not hide the one before it', async (t) => {
  const bin = mkdtempSync(join(folder, 'docker-'))
  const asked = join(folder, 'looked')
  const docker = `#!/bin/sh\n[ ! -e ${asked} ] || exec sleep 30\ntouch ${asked}\necho ${process.pid}\n`
  writeFileSync(join(bin, 'docker'), docker)
  chmodSync(join(bin, 'docker'), 0o755)
  const path = process.env['PATH']
  process.env['PATH'] = `${bin}:${path}`
  t.teardown(() => (process.env['PATH'] = path))
  const look = async (source: StepSource) => {
    const scenario = buildScenario('from a container', [buildStep('reach', table, source)])
    const report = await runScenarios({
      testbed: bed.testbed,
      scenarios: [scenario],
      options: { allowLocal: true },
      onEvent: () => undefined,
    })
    return report.scenarios[0]?.steps[0]
  }
  const table = {
    from: { task: { host: 'local', container: 'box' } },
    to: { api: `127.0.0.1:${await freePort()}` },
    expect: { task: { api: 'open' } },
    timeout: '1s',
  }
  t.match(await look({ until: { withinMs: 5000, everyMs: 4000 } }), { outcome: 'failed', checks: [{ passed: false, actual: 'refused' }] })
  t.match(
    await look({ timeoutMs: 1500 }),
    { outcome: 'errored', problem: { code: 'timeout', message: /did not end within 1\.5 s.*connecting was given up/ } },
    'a look without another one before it is errored',
  )
})

t.test('reach: an answer that there was no time to wait for is not a wrong one', async (t) => {
  const url = { from: ['gateway'], to: { api: `http://127.0.0.1:${bed.port}/slow` }, expect: { gateway: { api: 200 } }, timeout: '60s' }
  t.match(await runOne('reach', url, { timeoutMs: 900 }), {
    outcome: 'errored',
    problem: { code: 'timeout', message: /no time to wait for an answer/ },
  })
  t.match(await runOne('reach', url, { timeoutMs: 2500 }), { outcome: 'failed', checks: [{ explanation: /connected, but not answered/ }] })
})
