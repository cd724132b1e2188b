import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { createContainerMachine } from '../../runner/hops/container-machine.ts'
import { createLocalMachine } from '../../runner/hops/local-machine.ts'
import { requestFrom } from '../../runner/hops/http-request.ts'
import { runScenarios } from '../../runner/index.ts'
import { setPaths } from '../../runner/steps/set-paths.ts'
import type { StepResult } from '../../schemas/event.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import type { Step } from '../../schemas/scenario.ts'
import { buildScenario, buildStep } from './build-scenario.ts'
import type { StepSource } from './build-scenario.ts'
import { freePort, startSshTestbed } from './sshd.ts'

const folder = mkdtempSync(join(tmpdir(), 'titus-bed-steps-'))
const bed = await startSshTestbed(['bastion', 'gateway', 'agents[0]', 'agents[1]'])
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk: Buffer) => (body += chunk.toString()))
  request.on('end', () => {
    if (request.url === '/slow') return
    response.writeHead(request.url === '/teapot' ? 418 : 200, { 'content-type': 'application/json', 'x-method': request.method ?? '' })
    response.end(body === '' ? '{"up":true}' : body)
  })
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
t.teardown(async () => {
  server.closeAllConnections()
  server.close()
  await bed.stop()
  rmSync(folder, { recursive: true })
})

/** Runs steps as one scenario and gives what each came to. */
async function run(steps: readonly Step[], vars: JsonObject = {}): Promise<readonly StepResult[]> {
  const scenario = buildScenario('steps', steps, { vars, file: join(folder, 'steps.yaml') })
  const report = await runScenarios({ testbed: bed.testbed, scenarios: [scenario], onEvent: () => undefined })
  return report.scenarios[0]?.steps ?? []
}

/** Runs one step. */
async function runOne(kind: string, params: Json, source: StepSource = {}, vars: JsonObject = {}): Promise<StepResult> {
  const [step] = await run([buildStep(kind, params, source)], vars)
  if (step === undefined) throw new Error('no step')
  return step
}

t.test('run: argv with values that stay one word', async (t) => {
  const step = await runOne(
    'run',
    ['printf', '%s|', '${{ text }}', '${{ port }}'],
    { host: 'gateway', expect: { stdout: "a'b $c|80|" } },
    { text: "a'b $c", port: 80 },
  )
  t.match(step, { outcome: 'passed', host: 'gateway', result: { exit: 0, host: 'gateway' } })
  t.match(
    step.checks.map(({ subject, implied }) => [subject, implied]),
    [
      ['stdout', false],
      ['exit', true],
    ],
  )
})

t.test('run: an exit code is a failure, a timeout an error', async (t) => {
  t.match(await runOne('run', 'false', { host: 'gateway' }), {
    outcome: 'failed',
    checks: [{ subject: 'exit', passed: false, implied: true, actual: 1 }],
  })
  t.match(await runOne('run', 'false', { host: 'gateway', expect: { exit: 1 } }), { outcome: 'passed' })
  const slow = await runOne('run', ['sh', '-c', 'echo begun; sleep 30'], { host: 'gateway', timeoutMs: 500 })
  t.match(slow, { outcome: 'errored', problem: { code: 'timeout' }, result: { stdout: 'begun' } })
})

t.test('script: values by the environment alone', async (t) => {
  const script = 'echo "$A"; false; echo not here'
  const step = await runOne(
    'script',
    script,
    { host: 'gateway', env: { A: '${{ a }}' }, expect: { exit: 1, stdout: '"; rm -rf /' } },
    { a: '"; rm -rf /' },
  )
  t.match(step, { outcome: 'passed' })
})

t.test('hosts: all of a group, the first of a group, an address, and what there is not', async (t) => {
  const all = await run(
    [
      buildStep('run', 'echo ${{ n }}', { host: 'agents.all', capture: { said: 'stdout', where: 'host' } }),
      buildStep('assert', { said: ['7', '7'], where: ['agents[0]', 'agents[1]'] }),
    ],
    { n: 7 },
  )
  t.same(
    all.map(({ outcome }) => outcome),
    ['passed', 'passed'],
  )
  t.match(all[0]?.result, { 'agents[0]': { exit: 0 }, 'agents[1]': { exit: 0 } })
  writeFileSync(join(folder, 'turn'), '')
  const any = await run([
    buildStep('script', `test -s ${join(folder, 'turn')} || { echo x >${join(folder, 'turn')}; exit 1; }`, {
      host: 'agents.any',
      capture: { agent: 'host' },
    }),
    buildStep('assert', { agent: 'agents[1]' }),
  ])
  t.same(
    any.map(({ outcome }) => outcome),
    ['passed', 'passed'],
  )
  t.match(await runOne('run', 'true', { host: '${{ where }}' }, { where: bed.testbed.hosts[1]?.address ?? '' }), {
    outcome: 'passed',
    host: 'gateway',
  })
  t.match(await runOne('run', 'true', { host: 'gatway' }), {
    outcome: 'errored',
    problem: { code: 'unknown-host', hint: /did you mean "gateway".*agents\.all/ },
  })
  t.match(await runOne('run', 'true', { host: 'workers.all' }), { outcome: 'errored', problem: { code: 'empty-group', hint: /agents/ } })
  t.match(await runOne('run', 'true', { host: 'local' }), { outcome: 'errored', problem: { code: 'local-not-allowed' } })
})

t.test('http: request and answer, a JSON file with changes, status and refusal', async (t) => {
  const url = (path: string) => `http://localhost:${port}${path}`
  writeFileSync(join(folder, 'job.json'), '{"container":{"image":{"name":"x","tag":"1"}}}')
  const post = await runOne(
    'http',
    { post: url('/'), json: 'job.json', set: { 'container.image.name': '${{ image }}', retries: 2 } },
    {
      host: 'gateway',
      expect: { json: { container: { image: { name: 'nginx', tag: '1' } }, retries: 2 }, 'headers."x-method"': 'POST' },
    },
    { image: 'nginx' },
  )
  t.match(post, { outcome: 'passed', checks: [{}, {}, { subject: 'status', implied: true }, { subject: 'status', implied: true }] })
  t.match(await runOne('http', { get: url('/teapot') }, { host: 'gateway' }), { outcome: 'failed' })
  t.match(await runOne('http', { get: url('/teapot') }, { host: 'gateway', expect: { status: 418 } }), { outcome: 'passed' })
  t.match(await runOne('http', { get: url('/slow') }, { host: 'gateway', timeoutMs: 400 }), {
    outcome: 'errored',
    problem: { code: 'timeout' },
  })
  const refused = { get: `http://localhost:${await freePort()}/` }
  t.match(await runOne('http', refused, { host: 'gateway', until: { withinMs: 300, everyMs: 100 } }), {
    outcome: 'errored',
    attempts: 1,
    problem: { code: 'connection' },
  })
  const polled = await runOne('http', refused, { host: 'gateway', until: { withinMs: 350, everyMs: 100, retryOn: ['connection'] } })
  t.match(polled, { outcome: 'errored', problem: { code: 'connection' } })
  t.ok(polled.attempts > 2)
  t.match(await runOne('http', { get: 'ftp://x/' }, { host: 'gateway' }), { outcome: 'errored', problem: { code: 'bad-url' } })
  t.match(await runOne('http', { fetch: 'x' }, { host: 'gateway' }), { outcome: 'errored', problem: { code: 'bad-parameter' } })
})

t.test('set: paths into a document', async (t) => {
  t.same(setPaths({ a: { b: [1, 2] }, c: 1 }, { 'a.b.1': 3, 'd.e': { f: 1 }, c: null }), { a: { b: [1, 3] }, d: { e: { f: 1 } } })
  t.throws(() => setPaths({ a: 1 }, { 'a.b': 2 }), { code: 'bad-path' })
  t.throws(() => setPaths([1], { '5': 2 }), { code: 'bad-path' })
})

t.test('reach: a grid, every cell with its own verdict', async (t) => {
  const params = (expected: Json, closed: Json) => ({
    from: ['bastion', 'agents.all'],
    to: { web: `127.0.0.1:${port}`, page: `http://127.0.0.1:${port}/teapot`, none: `127.0.0.1:${unused}` },
    expect: { bastion: { web: 'open', page: 418, none: closed }, 'agents.all': { web: expected, page: 'open', none: 'closed' } },
  })
  const unused = await freePort()
  const holds = await runOne('reach', params('open', 'refused'))
  t.match(holds, { outcome: 'passed' })
  t.equal(holds.checks.length, 9, 'two agents in one row')
  const wrong = await runOne('reach', params('closed', 'filtered'))
  t.same(
    wrong.checks.filter(({ passed }) => !passed).map(({ subject, actual }) => [subject, actual]),
    [
      ['bastion -> none', 'refused'],
      ['agents.all (agents[0]) -> web', 'open'],
      ['agents.all (agents[1]) -> web', 'open'],
    ],
  )
  t.match(await runOne('reach', { from: ['bastion'], to: { a: 'x:1', b: 'x:2' }, expect: { bastion: { a: 'open' } } }), {
    problem: { code: 'incomplete-grid', message: /bastion\.b/ },
  })
  const untested = await runOne('reach', { from: ['bastion'], to: { a: 'no-such-name.invalid:1' }, expect: { bastion: { a: 'closed' } } })
  t.match(untested, { outcome: 'errored', problem: { code: 'untested' } }, 'a name that does not resolve is no closed port')
})

t.test('copy: there and back', async (t) => {
  writeFileSync(join(folder, 'local.txt'), 'content\n')
  const path = join(folder, 'remote file')
  const steps = await run([
    buildStep('copy', { put: 'local.txt', to: path, mode: '0600' }, { host: 'gateway', expect: { bytes: 8 }, capture: { sum: 'sha256' } }),
    buildStep('copy', { get: path }, { host: 'gateway', expect: { text: 'content\n' }, capture: { again: 'sha256' } }),
    buildStep('copy', { get: path, to: 'out/copy.txt' }, { host: 'gateway' }),
    buildStep('copy', { get: path, to: '../out.txt' }, { host: 'gateway' }),
  ])
  t.same(
    steps.map(({ outcome }) => outcome),
    ['passed', 'passed', 'passed', 'errored'],
  )
  t.equal(readFileSync(join(folder, 'out', 'copy.txt'), 'utf8'), 'content\n')
})

t.test('access: denied is exactly a denial', async (t) => {
  const bin = mkdtempSync(join(folder, 'bin-'))
  // A double of the AWS CLI: the texts are those that it prints.
  writeFileSync(
    join(bin, 'aws'),
    `#!/bin/sh
case "$MODE $1 $2" in
  nocreds*) echo "Unable to locate credentials. You can configure credentials by running \\"aws configure\\"." >&2; exit 253 ;;
  expired*) echo "An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: The security token included in the request is expired" >&2; exit 254 ;;
  *get-caller-identity) echo '{"Arn":"arn:aws:sts::123456789012:assumed-role/titusappwiths3InstanceProfile/i-1"}' ;;
  later*) echo x >>"$COUNT"; [ "$(wc -l <"$COUNT")" -gt 2 ] && exit 0; echo "An error occurred (AccessDenied) when calling the ListBuckets operation: Access Denied" >&2; exit 254 ;;
  "ok s3 ls") echo "2026-01-01 bucket" ;;
  "ok ec2 describe-instances") echo; echo "An error occurred (UnauthorizedOperation) when calling the DescribeInstances operation: You are not authorized to perform this operation." >&2; exit 254 ;;
  "ok s3api head-object") echo "An error occurred (403) when calling the HeadObject operation: Forbidden" >&2; exit 254 ;;
  *) echo "Could not connect to the endpoint URL: \\"https://sts.eu-west-1.amazonaws.com/\\"" >&2; exit 255 ;;
esac
`,
  )
  chmodSync(join(bin, 'aws'), 0o755)
  const env = (mode: string) => ({ PATH: `${bin}:/usr/bin:/bin`, MODE: mode, COUNT: join(folder, 'count') })
  const table = (mode: string, calls: Json, settle?: string) =>
    runOne(
      'access',
      { as: { gateway: 'gateway', agent: 'agents[0]' }, calls, ...(settle === undefined ? {} : { settle }) },
      { env: env(mode) },
    )
  const both = { 's3 ls': { gateway: 'allowed', agent: 'allowed' }, 'ec2 describe-instances': { gateway: 'denied', agent: 'denied' } }
  const good = await table('ok', both)
  t.match(good, {
    outcome: 'passed',
    result: {
      identities: { gateway: /titusappwiths3/ },
      cells: { gateway: { 'ec2 describe-instances': { code: 'UnauthorizedOperation' } } },
    },
  })
  t.equal(good.checks.length, 4)
  const wrong = await table('ok', { 's3 ls': { gateway: 'denied', agent: 'allowed' } })
  t.match(wrong, { outcome: 'failed' })
  t.same(
    wrong.checks.map(({ passed, actual }) => [passed, actual]),
    [
      [false, 'allowed'],
      [true, 'allowed'],
    ],
  )
  const one = (call: string) => ({ [call]: { gateway: 'denied', agent: 'denied' } })
  for (const [mode, call, why] of [
    ['nocreds', 's3 ls', /Unable to locate credentials/],
    ['expired', 's3 ls', /ExpiredToken/],
    ['offline', 's3 ls', /Could not connect/],
    ['ok', 's3api head-object --bucket b', /403/],
  ] as const)
    t.match(await table(mode, one(call)), { outcome: 'errored', problem: { code: 'access-unknown', message: why } }, `${mode}: ${call}`)
  const missing = await runOne(
    'access',
    { as: { gateway: 'gateway' }, calls: { 's3 ls': { gateway: 'denied' } }, settle: '60s' },
    { env: { PATH: '/nowhere:/usr/sbin' } },
  )
  t.match(missing, { outcome: 'errored', problem: { message: /not installed/ } }, 'no CLI is no denial, and is not waited for')
  t.ok(missing.durationMs < 5000)
  const settled = await runOne(
    'access',
    { as: { gateway: 'gateway' }, calls: { 's3 ls': { gateway: 'allowed' } }, settle: '20s' },
    { env: env('later') },
  )
  t.match(settled, { outcome: 'passed', attempts: 1 }, 'a permission that arrives late')
  t.match(await table('ok', { 's3 ls': { gateway: 'allowed' } }), { problem: { code: 'incomplete-table', message: /s3 ls\.agent/ } })
})

t.test('a container is one hop more', async (t) => {
  // Real namespaces, and a docker of three lines that enters them.
  const bin = mkdtempSync(join(folder, 'docker-'))
  const inside = spawn('unshare', ['-n', 'sh', '-c', `ip link set lo up; exec ${process.execPath} -e "${inner}"`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(inside.stdout, 'data')) as [Buffer]
  t.teardown(() => inside.kill('SIGKILL'))
  writeFileSync(
    join(bin, 'docker'),
    `#!/bin/sh
if [ "$1" = inspect ]; then [ "$4" = box ] && echo ${inside.pid} && exit 0; echo "Error: No such object: $4" >&2; exit 1; fi
[ "$1" = exec ] || exit 125
while [ "$1" != -- ]; do [ "$1" = -e ] && case $2 in *=*) ;; *) eval "export $2=\\"\\$$2\\"" ;; esac; shift; done
[ "$2" = box ] || { echo "Error response from daemon: No such container: $2" >&2; exit 1; }
shift 2
exec nsenter --net=/proc/${inside.pid}/ns/net -- "$@"
`,
  )
  chmodSync(join(bin, 'docker'), 0o755)
  const path = process.env['PATH']
  process.env['PATH'] = `${bin}:${path}`
  t.teardown(() => (process.env['PATH'] = path))
  const limits = { timeoutMs: 5000, signal: new AbortController().signal }
  const machine = createContainerMachine(createLocalMachine(), 'box')
  t.match(await machine.exec(['sh', '-c', 'echo $A; ip -o link | wc -l; exit 3'], { ...limits, env: { A: 'a b' } }), {
    exitCode: 3,
    stdout: 'a b\n1\n',
  })
  const url = new URL(`http://127.0.0.1:${line.toString().trim()}/`)
  t.match(await requestFrom(machine, { ...limits, method: 'GET', url, headers: {} }), { status: 200, body: 'from inside' })
  t.match(await machine.dial('127.0.0.1', port, limits), { state: 'refused' }, 'its loopback is not ours')
  t.match(await machine.dial('192.0.2.1', 80, limits), { state: 'filtered' }, 'it has no way out')
  const gone = createContainerMachine(createLocalMachine(), 'gone')
  await t.rejects(gone.exec(['true'], limits), { code: 'connection', message: /No such container/ })
  await t.rejects(gone.dial('127.0.0.1', 1, limits), { code: 'connection' })
})

const inner = [
  "const s = require('node:http').createServer((q, r) => r.end('from inside'))",
  "s.listen(0, '127.0.0.1', () => console.log(s.address().port))",
].join('; ')
