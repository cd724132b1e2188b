import { once } from 'node:events'
import t from 'tap'
import type { BootReport } from '../../../schemas/boot-report.ts'
import { waitForBoot } from '../../../cli/testbed/wait-for-boot.ts'
import type { Target } from '../../../cli/target/target.ts'
import { ConnectionError } from '../../../runner/hops/connection-error.ts'
import type { Exit } from '../../../runner/hops/exit.ts'
import { TestbedError } from '../../../schemas/failure.ts'
import { consoleOf, exitOf, fakeHops, hostKeyOf, testbedOn } from '../fake-testbed.ts'
import { fingerprintKey, parseHostKey } from '../../../runner/hops/host-key.ts'

const testbed = testbedOn('lab')
const never = new AbortController().signal
const notYet = new ConnectionError('connection', 'refused')

function report(standing: Omit<BootReport, 'at'>): Exit {
  return exitOf({ stdout: JSON.stringify({ ...standing, at: '2026-01-01T00:00:00Z' } satisfies BootReport) })
}

async function nothingFailed() {
  return undefined
}

interface Wait {
  readonly answer: Parameters<typeof fakeHops>[0]
  readonly failedMachine?: Target['failedMachine']
  readonly readConsole?: Target['readConsole']
  readonly signal?: AbortSignal
  readonly deadlineMs?: number
  readonly patienceMs?: number
}

/** Waits on machines that answer what is given. */
async function wait({
  answer,
  failedMachine = nothingFailed,
  readConsole = async (instanceId) => `${instanceId} boots\r\n\u001b[31mand stops\u001b[0m\r\n`,
  signal = never,
  deadlineMs = 60_000,
  patienceMs = 0,
}: Wait) {
  const said: string[] = []
  const say = (name: string, state: string) => void said.push(`${name} ${state}`)
  const hops = fakeHops(answer)
  const error = await waitForBoot(testbed, { failedMachine, readConsole }, say, signal, {
    openHops: () => hops,
    deadlineMs,
    pollMs: 1,
    patienceMs: { 'host-key': patienceMs, login: patienceMs },
  }).then(
    () => undefined,
    (caught: Error & { readonly hint?: string }) => caught,
  )
  return { error, said, closed: hops.closed() }
}

t.test('it waits until every machine says that its first boot has ended well', async (t) => {
  const script = [notYet, exitOf({ exitCode: 1 }), exitOf({ stdout: '{"sta' }), report({ state: 'booting' }), report({ state: 'ready' })]
  const { error, said, closed } = await wait({
    answer: (machine, argv, asked) => {
      if (argv.join(' ') !== 'cat /var/lib/titus-bed/boot.json') return new Error(`not expected: ${argv.join(' ')}`)
      return machine === 'gateway' ? (script[asked - 1] ?? notYet) : report({ state: 'ready' })
    },
  })
  t.equal(error, undefined)
  t.ok(closed, 'connections are closed')
  t.same(said.slice(0, 4), ['bastion not reached', 'gateway not reached', 'agents[0] not reached', 'agents[1] not reached'])
  const ofGateway = said.filter((line) => line.startsWith('gateway ')).map((line) => line.slice('gateway '.length))
  t.same(ofGateway, ['not reached', 'up, first boot not begun', 'up, its report is half written', 'booting', 'ready'])
  t.equal(new Set(said).size, said.length, 'nothing is said twice')
})

t.test('a first boot that failed ends the waiting, with the line and the end of its log', async (t) => {
  const { error, closed } = await wait({
    answer: (machine, [program]) => {
      if (program === 'tail') return exitOf({ stdout: 'apt: no such package' })
      return machine === 'agents[1]' ? report({ state: 'failed', line: 12, command: 'apt-get install x' }) : report({ state: 'booting' })
    },
  })
  t.ok(error instanceof TestbedError)
  t.equal(error?.message, 'the first boot of agents[1] failed in line 12: apt-get install x\nagents[1] said last:\n  apt: no such package')
  t.match(error?.hint, /titus-bed ssh agents\[1\]/)
  t.ok(closed)
})

t.test('a machine that the target knows to have failed ends it too', async (t) => {
  const log = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`).join('\n')
  const { error } = await wait({ answer: () => notYet, failedMachine: async () => ({ instanceId: 'i-gateway', log }) })
  t.match(
    error?.message,
    /^the machine gateway failed\ngateway said last:\n {2}line 26\n/,
    'named as people name it, with the last 15 lines',
  )
  const stranger = await wait({ answer: () => notYet, failedMachine: async () => ({ instanceId: 'i-0', log: '' }) })
  t.match(stranger.error?.message, /^the machine i-0 failed/)
})

t.test('when the time is over, the last state of each machine is told', async (t) => {
  const { error } = await wait({ answer: (machine) => (machine === 'bastion' ? report({ state: 'ready' }) : notYet), deadlineMs: 60 })
  t.ok(error instanceof TestbedError)
  t.match(error?.message, /were not ready within .*\(bastion: ready; gateway: not reached; /)
  t.match(error?.message, '\ngateway said last:\n  i-gateway boots\n  and stops\n', 'its console, with nothing that a terminal obeys')
  t.notMatch(error?.message, 'bastion said', 'and of none that is ready')
  t.match(error?.hint, /cloud-init-output\.log/)
})

t.test('a machine that can be asked tells what its first boot printed, and a console that cannot be read is told as that', async (t) => {
  const { error } = await wait({
    answer: (machine, [program]) => {
      if (machine === 'bastion') return report({ state: 'ready' })
      if (machine !== 'gateway') return notYet
      return program === 'tail' ? exitOf({ stdout: 'Get:1 titus-gateway\n' }) : report({ state: 'booting' })
    },
    readConsole: (instanceId) => (instanceId.includes('0') ? Promise.resolve('') : Promise.reject(new Error('access denied'))),
    deadlineMs: 60,
  })
  t.match(error?.message, '\ngateway said last:\n  Get:1 titus-gateway\n')
  t.match(error?.message, '\nagents[0] has said nothing on its console\nthe console of agents[1] cannot be read: access denied')
})

t.test('a key that the console shows, and that is not the one on record, is told and not followed', async (t) => {
  const [refusal] = [new ConnectionError('host-key', 'gateway (ubuntu@30.0.100.20:22) shows another host key: expected a, got b')]
  const answer = (machine: string) => (machine === 'gateway' ? refusal : report({ state: 'booting' }))
  let looks = 0
  const readConsole = async () => ((looks += 1), consoleOf('i-swapped'))
  const { error } = await wait({ answer, readConsole })
  t.equal(looks, 1, 'one look is enough for one message')
  const print = fingerprintKey(parseHostKey(hostKeyOf('i-swapped')))
  t.match(error?.message.split('\n')[1], `its console shows ${print}, which is not the host key that gateway was first known by`)
  const { error: unread } = await wait({ answer, readConsole: () => Promise.reject(new TestbedError('access denied')) })
  t.match(unread?.message, /expected a, got b\nthe console of gateway cannot be read: access denied$/)
})

const refusals = [
  [new ConnectionError('login', 'gateway (ubuntu@30.0.100.20:22) refused the log-in with /keys/login'), /refuses the log-in/],
  [new ConnectionError('host-key', 'gateway (ubuntu@30.0.100.20:22) shows another host key: expected a, got b'), /shows another host key/],
] as const

for (const [refusal, state] of refusals) {
  t.test(`${refusal.code}: a machine that refuses ends the waiting`, async (t) => {
    const { error, said, closed } = await wait({ answer: (machine) => (machine === 'gateway' ? refusal : report({ state: 'booting' })) })
    t.ok(error instanceof TestbedError, 'which is exit code 3')
    t.equal(error?.message, `${refusal.message}\ngateway said last:\n  i-gateway boots\n  and stops`, 'the machine is named')
    t.match(error?.hint, /titus-bed destroy, then titus-bed apply/)
    t.match(said.join('\n'), state)
    t.ok(closed)
  })

  t.test(`${refusal.code}: a first boot may do so for a while, and no machine that was reached`, async (t) => {
    const booting = [refusal, refusal, notYet, refusal, report({ state: 'booting' }), report({ state: 'ready' })]
    const answer = (script: readonly (Error | Exit)[]) => (machine: string, _: readonly string[], asked: number) =>
      machine === 'gateway' ? (script[asked - 1] ?? notYet) : report({ state: 'ready' })
    t.equal((await wait({ answer: answer(booting), patienceMs: 60_000 })).error, undefined)
    const lost = await wait({ answer: answer([report({ state: 'booting' }), refusal]), patienceMs: 60_000 })
    t.ok(lost.error?.message.startsWith(`${refusal.message}\n`))
  })
}

t.test('a target that cannot be asked is told as that, not as a machine that is slow', async (t) => {
  const broken = new Error('the list of machines cannot be read')
  const { error } = await wait({ answer: () => notYet, failedMachine: () => Promise.reject(broken) })
  t.equal(error, broken)
})

t.test('an interruption ends it at once', async (t) => {
  const controller = new AbortController()
  const reason = new Error('SIGINT received')
  const waiting = wait({ answer: () => (setImmediate(() => controller.abort(reason)), notYet), signal: controller.signal })
  await once(controller.signal, 'abort')
  const { error, closed } = await waiting
  t.notOk(error instanceof TestbedError)
  t.ok(closed)
})
