import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createContainerMachine } from '../../../runner/hops/container-machine.ts'
import { requestFrom } from '../../../runner/hops/http-request.ts'
import { parseHttpUrl } from '../../../runner/hops/http-url.ts'
import type { HttpUrl } from '../../../runner/hops/http-url.ts'
import { createLocalMachine } from '../../../runner/hops/local-machine.ts'
import { setPaths } from '../../../runner/steps/set-paths.ts'
import { buildStep } from '../build-scenario.ts'
import { freePort } from '../sshd.ts'
import { startStepTestbed } from '../step-testbed.ts'

const bed = await startStepTestbed()
const { folder, port, run, runOne } = bed
t.teardown(() => bed.stop())

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
  const slow = await runOne('run', ['sh', '-c', 'echo begun; sleep 30'], { host: 'gateway', timeoutMs: 3000 })
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
    problem: { code: 'unknown-host', hint: /did you mean "gateway".*agents\.all.*local/ },
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
  t.match(post, { outcome: 'passed', checks: [{}, {}, { subject: 'status', implied: true, expected: '2xx' }] })
  t.match(await runOne('http', { get: url('/teapot') }, { host: 'gateway' }), { outcome: 'failed' })
  t.match(await runOne('http', { get: url('/teapot') }, { host: 'gateway', expect: { status: 418 } }), { outcome: 'passed' })
  t.match(await runOne('http', { get: url('/teapot') }, { host: 'gateway', expect: { status: '2xx' } }), {
    outcome: 'failed',
    checks: [{ subject: 'status', implied: false, explanation: 'expected "2xx", got 418' }],
  })
  t.match(await runOne('http', { get: url('/slow') }, { host: 'gateway', timeoutMs: 400 }), {
    outcome: 'errored',
    problem: { code: 'timeout' },
  })
  const refused = { get: `http://localhost:${await freePort()}/` }
  t.match(await runOne('http', refused, { host: 'gateway', until: { withinMs: 30_000, everyMs: 100 } }), {
    outcome: 'errored',
    attempts: 1,
    problem: { code: 'connection' },
  })
  const until = { withinMs: 30_000, everyMs: 10, retryOn: ['connection'] } as const
  t.match(await runOne('http', { get: url('/third') }, { host: 'gateway', until }), { outcome: 'passed', attempts: 3 })
  for (const [bad, code] of [
    ['ftp://x/', 'bad-parameter'],
    ['http://x:y/', 'bad-url'],
    ['http://me:secret@x/', 'bad-url'],
  ])
    t.match(await runOne('http', { get: bad ?? '' }, { host: 'gateway' }), { outcome: 'errored', problem: { code } })
  t.match(await runOne('http', { get: url('/'), headers: { 'x-a': 'b\r\nc: d' } }, { host: 'gateway' }), {
    outcome: 'errored',
    problem: { code: 'bad-parameter' },
  })
  t.match(await runOne('http', { fetch: 'x' }, { host: 'gateway' }), { outcome: 'errored', problem: { code: 'bad-parameter' } })
})

t.test('set: paths into a document', async (t) => {
  t.same(setPaths({ a: { b: [1, 2] }, c: 1 }, { 'a.b.1': 3, 'd.e': { f: 1 }, c: null }), { a: { b: [1, 3] }, d: { e: { f: 1 } } })
  t.throws(() => setPaths({ a: 1 }, { 'a.b': 2 }), { code: 'bad-path' })
  t.throws(() => setPaths([1], { '5': 2 }), { code: 'bad-path' })
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

t.test('copy: what an expression names stays in the project, too', async (t) => {
  symlinkSync('/etc', join(folder, 'away'))
  mkdirSync(join(folder, '.git/hooks'), { recursive: true })
  writeFileSync(join(folder, 'page.txt'), 'page')
  const remote = join(folder, 'far.txt')
  const put = (path: string) => runOne('copy', { put: '${{ path }}', to: remote }, { host: 'gateway' }, { path })
  const get = (path: string) => runOne('copy', { get: join(folder, 'page.txt'), to: '${{ path }}' }, { host: 'gateway' }, { path })
  for (const path of ['/etc/hostname', 'away/hostname', '../../etc/hostname', '.git/hooks/pre-commit'])
    for (const step of [await put(path), await get(path)]) t.match(step, { outcome: 'errored', problem: { code: 'file-outside' } }, path)
  t.same(readdirSync(join(folder, '.git/hooks')), [])
  t.match(await put('away'), { outcome: 'errored', problem: { code: 'file-outside' } })
  t.match(await put('.'), { outcome: 'errored', problem: { code: 'no-such-file', message: /is a folder/ } })
  t.match(await put('/dev/zero'), { outcome: 'errored', problem: { code: 'file-outside' } })
  t.match(await get('out/'), { outcome: 'errored', problem: { code: 'no-such-file', message: /out\/ is a folder/ } })
  t.match(await get('deep/er/-page'), { outcome: 'passed' })
  t.equal(readFileSync(join(folder, 'deep/er/-page'), 'utf8'), 'page')
  t.match(await put('deep/er/-page'), { outcome: 'passed', result: { bytes: 4 } })
  t.match(await runOne('copy', { put: 'page.txt', to: folder }, { host: 'gateway' }), {
    outcome: 'errored',
    problem: { code: 'copy', message: /is a folder/ },
  })
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
[ "$2" != down ] || { echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?" >&2; exit 1; }
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
  const url = parseHttpUrl(`http://127.0.0.1:${line.toString().trim()}/`) as HttpUrl
  t.match(await requestFrom(machine, { ...limits, method: 'GET', url, headers: {} }), { status: 200, body: 'from inside' })
  t.match(await machine.dial('127.0.0.1', port, limits), { state: 'refused' }, 'its loopback is not ours')
  t.match(await machine.dial('192.0.2.1', 80, limits), { state: 'filtered' }, 'it has no way out')
  await t.rejects(machine.dial('unreachable.invalid', 80, limits), {
    code: 'name',
    message: /unreachable\.invalid: Name or service not known/,
  })
  const gone = createContainerMachine(createLocalMachine(), 'gone')
  await t.rejects(gone.exec(['true'], limits), { code: 'connection', message: /No such container/ })
  await t.rejects(gone.dial('127.0.0.1', 1, limits), { code: 'connection' })
  const down = createContainerMachine(createLocalMachine(), 'down')
  await t.rejects(down.exec(['true'], limits), { code: 'connection', message: /Cannot connect to the Docker daemon/ })
})

const inner = [
  "const s = require('node:http').createServer((q, r) => r.end('from inside'))",
  "s.listen(0, '127.0.0.1', () => console.log(s.address().port))",
].join('; ')
