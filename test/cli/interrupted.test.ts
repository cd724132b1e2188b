import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import { commands } from '../../cli/commands/index.ts'
import { writeTargetRecord } from '../../cli/target/target-record.ts'
import { rememberLastRaised } from '../../cli/testbed/select-testbed.ts'
import { makeKeyPair } from '../../stack/keys.ts'
import { stateFile } from '../../stack/terraform/layout.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { fakeTerraformProgram } from '../stack/fake-terraform.ts'
import { raisedWorkspace, tempFolder, testbedOn } from './fake-testbed.ts'
import { program } from './program.ts'
import { startLoopbackAws } from './loopback-aws.ts'

/* Every command, and what it can wait for: each of these is real, and never comes. A new command has a line here. */

const [node, ...start] = program

/** Something that never answers. */
interface Wait {
  readonly argv: readonly string[]
  /** Makes the world of the command below a folder. @returns what it finds in its environment, and whether it waits by now */
  readonly prepare: (t: Test, folder: string) => Promise<World>
}

interface World {
  readonly env?: Readonly<Record<string, string>>
  readonly isWaiting: () => boolean
}

/** The files that these read are regular ones, and what else they read is not there or at hand. */
const nothing: readonly Wait[] = []

const waits: Readonly<Record<string, readonly Wait[]>> = {
  init: nothing,
  doctor: [{ argv: ['doctor'], prepare: hangingProgram('python3') }],
  validate: nothing,
  list: nothing,
  plan: [{ argv: ['plan', 'aws.yaml'], prepare: silentAws }],
  apply: [{ argv: ['apply', 'aws.yaml', '--yes'], prepare: silentAws }],
  run: [{ argv: ['run', 'scenario.yaml', '--testbed-file', 'hosts.yaml', '--reporter', 'junit=junit.xml'], prepare: silentSshd }],
  test: [{ argv: ['test', 'aws.yaml', 'scenario.yaml', '--yes'], prepare: silentAws }],
  status: [{ argv: ['status'], prepare: silentAws }],
  graph: [{ argv: ['graph'], prepare: silentAws }],
  stop: [{ argv: ['stop'], prepare: silentAws }],
  start: [{ argv: ['start'], prepare: silentAws }],
  ssh: [{ argv: ['ssh', '--testbed-file', 'hosts.yaml', 'gateway'], prepare: silentSshd }],
  exec: [{ argv: ['exec', '--testbed-file', 'hosts.yaml', 'gateway', '--', 'uptime'], prepare: silentSshd }],
  resume: [{ argv: ['resume', '--allow-local'], prepare: keptRun }],
  report: [{ argv: ['report', 'serve'], prepare: pastRun }],
  // What they read is in files that are at hand.
  logs: nothing,
  replay: nothing,
  history: nothing,
  // What it runs stands under `always`, which is finished first.
  release: nothing,
  'ssh-config': nothing,
  outputs: nothing,
  env: nothing,
  matrix: nothing,
  // Ending a lab has a deadline of its own.
  labs: nothing,
  adopt: [
    { argv: ['adopt', 'config'], prepare: hangingProgram('ssh') },
    { argv: ['adopt', '-', '--from', 'terraform'], prepare: async () => ({ isWaiting: () => true }) },
  ],
  destroy: [
    { argv: ['destroy', '--yes'], prepare: silentAws },
    { argv: ['destroy', '--yes'], prepare: slowTerraform },
  ],
  reap: [{ argv: ['reap', '--region', 'eu-west-1'], prepare: silentAws }],
  explain: nothing,
  completion: nothing,
}

t.test('every command says what it waits for', async (t) => {
  t.same(Object.keys(waits).toSorted(), commands.map(({ name }) => name).toSorted())
})

for (const [name, ways] of Object.entries(waits)) {
  for (const [index, { argv, prepare }] of ways.entries()) {
    // Both signals ask for the same.
    const asking = (name.length + index) % 2 === 0 ? 'SIGINT' : 'SIGTERM'
    t.test(`${argv.join(' ')} ends by ${asking}, whatever it waits for`, async (t) => {
      const folder = tempFolder(t)
      const { env = {}, isWaiting } = await prepare(t, folder)
      const child = spawn(node, [...start, ...argv], {
        cwd: folder,
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, HOME: folder, ...env },
      })
      t.teardown(() => child.kill('SIGKILL'))
      const ended = once(child, 'exit')
      const said = Promise.all([text(child.stdout), text(child.stderr)])
      let code: unknown
      void ended.then(([given]) => (code = given))
      while (code === undefined && !(isWaiting() && listens(child.pid ?? 0))) await sleep(20)
      const asked = performance.now()
      child.kill(asking)
      ;[code] = await ended
      const seconds = (performance.now() - asked) / 1000
      const [out, err] = await said
      t.equal(code, 130, 'the exit code of an interruption', { out, err })
      t.match(err, /stopping/)
      // Two seconds, and what a computer takes for them that does a lot besides.
      t.ok(seconds < 2 || seconds < 2 * loadOf(), `${seconds.toFixed(1)} s`)
      if (argv.includes('junit=junit.xml')) t.match(readFileSync(join(folder, 'junit.xml'), 'utf8'), /<\/testsuites>/, 'a whole report')
    })
  }
}

/** Whether our handlers are there: Node.js itself catches SIGINT and SIGTERM, but not SIGHUP (proc(5), SigCgt: bit 0). */
function listens(pid: number): boolean {
  const [, caught = '0'] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return (BigInt(`0x${caught}`) & 1n) !== 0n
}

/** How many processes want a processor, for each that there is. */
function loadOf(): number {
  return Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0])
}

/** A port that takes every connection and says nothing on it. */
async function startSilence(t: Test) {
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    socket.on('error', () => undefined)
    t.teardown(() => socket.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return { port: (server.address() as AddressInfo).port, isWaiting: () => connections > 0 }
}

const emptySum = createHash('sha256').digest('hex')

const credentials = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example', AWS_EC2_METADATA_DISABLED: 'true' }

async function silentAws(t: Test, folder: string): Promise<World> {
  const { port, isWaiting } = await startSilence(t)
  const endpoint = `http://127.0.0.1:${port}`
  standOnAws(folder)
  const packages = ['master', 'gateway'].map((server) => `titus-server-${server}_1_all.deb`).concat('titus-agent_1_all.deb')
  for (const file of packages) writeFileSync(join(folder, file), '')
  const sums = packages.map((file) => `${file}: ${emptySum}`).join(', ')
  writeFileSync(
    join(folder, 'aws.yaml'),
    `name: green\ntarget: aws\ntitus: { packages: { from: ., sha256: { ${sums} } } }\naccess: { trustedCidr: 192.0.2.1/32 }\n`,
  )
  writeScenario(folder)
  return { env: { ...credentials, AWS_ENDPOINT_URL: endpoint }, isWaiting }
}

/** A testbed on AWS, with what destroy and status know of it. */
function standOnAws(folder: string): Workspace {
  const workspace = raisedWorkspace(folder, testbedOn('aws'))
  writeTargetRecord(workspace, { target: 'aws', region: 'eu-west-1', account: '123456789012' })
  rememberLastRaised(folder, 'blue')
  return workspace
}

function writeScenario(folder: string): void {
  writeFileSync(join(folder, 'scenario.yaml'), 'scenario: s\nsteps:\n  - { name: a, host: gateway, run: "true" }\n')
}

async function silentSshd(t: Test, folder: string): Promise<World> {
  const { port, isWaiting } = await startSilence(t)
  const { privateKey, publicKey } = makeKeyPair('test')
  writeFileSync(join(folder, 'key'), privateKey, { mode: 0o600 })
  writeFileSync(
    join(folder, 'hosts.yaml'),
    `user: me\nidentity: ./key\nhosts:\n  - { name: gateway, address: 127.0.0.1, port: ${port}, hostKeys: [${publicKey.split(' ').slice(0, 2).join(' ')}] }\n`,
  )
  writeScenario(folder)
  return { isWaiting }
}

/** A run that left its journal and its page. */
async function pastRun(_: Test, folder: string): Promise<World> {
  const run = join(folder, '.titus-bed/blue/runs/20261122-160530-1243fa9')
  mkdirSync(run, { recursive: true })
  for (const file of ['journal.jsonl', 'report.html']) writeFileSync(join(run, file), '')
  return { isWaiting: () => true }
}

/** What a run kept of a scenario whose step never ends. */
async function keptRun(_: Test, folder: string): Promise<World> {
  const run = join(folder, '.titus-bed/local/runs/20261122-160530-1243fa9')
  mkdirSync(run, { recursive: true })
  writeFileSync(join(folder, '.titus-bed/local/not-raised'), '')
  const kept = { name: 's', file: 'local.yaml', captured: {}, secrets: [], failedAt: 0 }
  writeFileSync(join(run, 'kept.json'), JSON.stringify([kept]))
  const step = `{ host: local, run: [sh, -c, 'touch ${folder}/waiting; exec sleep 600'] }`
  writeFileSync(join(folder, 'local.yaml'), `scenario: s\nsteps:\n  - ${step}\n`)
  return { isWaiting: () => existsSync(join(folder, 'waiting')) }
}

function hangingProgram(name: string) {
  return async (_: Test, folder: string): Promise<World> => {
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\ntouch "${folder}/waiting"\nexec sleep 600\n`)
    chmodSync(join(folder, 'bin', name), 0o755)
    writeFileSync(join(folder, 'config'), 'Host gateway\n  HostName 127.0.0.1\n')
    return { isWaiting: () => existsSync(join(folder, 'waiting')) }
  }
}

/** A Terraform that takes a second for what it was asked to stop. */
async function slowTerraform(t: Test, folder: string): Promise<World> {
  writeFileSync(join(standOnAws(folder).terraform, stateFile), '{"resources": []}')
  const identity =
    '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/me</Arn><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>'
  const { access } = await startLoopbackAws(t, folder, { GetCallerIdentity: identity })
  fakeTerraformProgram(folder, { destroy: `trap '' INT; touch "${folder}/waiting"; sleep 1; exit 1` })
  return { env: { ...credentials, AWS_ENDPOINT_URL: access.endpoint }, isWaiting: () => existsSync(join(folder, 'waiting')) }
}
