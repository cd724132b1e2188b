import { setTimeout as sleep } from 'node:timers/promises'
import { bootReportFile, parseBootReport } from '../../schemas/boot-report.ts'
import type { BootReport } from '../../schemas/boot-report.ts'
import { TestbedError } from '../../schemas/failure.ts'
import type { Host, Testbed } from '../../schemas/testbed.ts'
import { ConnectionError } from '../../runner/hops/connection-error.ts'
import { fingerprintKey, parseHostKey } from '../../runner/hops/host-key.ts'
import { shownHostKeys } from '../../stack/shown-host-keys.ts'
import type { MachineWatch } from '../target/watch.ts'
import { lookAtConsole, wordsOf } from './last-words.ts'
import { machineFailure } from './machine-failure.ts'
import { createHops } from '../../runner/hops/hops.ts'
import type { Hops } from '../../runner/hops/hops.ts'

/** What waiting acts through, and for how long. Milliseconds. */
export interface BootParts {
  readonly openHops: (testbed: Testbed) => Hops
  readonly deadlineMs: number
  readonly pollMs: number
  /** How long a machine may refuse that was never reached: in its first boot it shows the keys of its image at first, and whoever logs in
   *  very early is told to come back. */
  readonly patienceMs: { readonly 'host-key': number; readonly login: number }
}

/** Of how many machines that are behind the last lines are told. */
const mostTold = 3

const usualParts: BootParts = {
  openHops: createHops,
  deadlineMs: 900_000,
  pollMs: 250,
  patienceMs: { 'host-key': 120_000, login: 10_000 },
}

/** Waits until the first-boot script of every machine has ended well. Fails early when one reports that it failed, when the target knows
 *  that one did, when one refuses the log-in or shows another host key, and after fifteen minutes with the last state seen of each. What
 *  a machine that is behind said last is told with it.
 *  @param say  told how a machine stands, whenever that changes
 *  @throws TestbedError */
export async function waitForBoot(
  testbed: Testbed,
  target: MachineWatch,
  say: (name: string, state: string) => void,
  signal: AbortSignal,
  { openHops, deadlineMs, pollMs, patienceMs }: BootParts = usualParts,
): Promise<void> {
  const hops = openHops(testbed)
  const deadline = AbortSignal.timeout(deadlineMs)
  const limit = AbortSignal.any([signal, deadline])
  const states = new Map<string, string>(testbed.hosts.map(({ name }) => [name, 'not reached']))
  for (const [name, state] of states) say(name, state)
  const failing = new AbortController()
  const done = new AbortController()
  const watching = watchTarget(testbed, target.failedMachine, AbortSignal.any([limit, done.signal])).catch((error: unknown) =>
    failing.abort(error),
  )
  try {
    await Promise.all(
      testbed.hosts.map(async (host) => {
        const tell = (state: string) => {
          if (states.get(host.name) === state || failing.signal.aborted) return
          states.set(host.name, state)
          say(host.name, state)
        }
        const ways = { hops, tell, target, pollMs, patienceMs, signal: AbortSignal.any([limit, failing.signal]) }
        await waitForHost(host, ways).catch((error: unknown) => {
          failing.abort(error)
          throw error
        })
      }),
    )
  } catch (caught) {
    const error = failing.signal.aborted ? (failing.signal.reason as unknown) : caught
    if (error instanceof TestbedError || !deadline.aborted || signal.aborted) throw error
    const last = [...states].map(([name, state]) => `${name}: ${state}`).join('; ')
    const behind = testbed.hosts.filter(({ name }) => states.get(name) !== 'ready')
    const said = await Promise.all(behind.slice(0, mostTold).map(async (host) => wordsOf(host, hops, target, signal)))
    throw new TestbedError([`the machines were not ready within ${deadlineMs / 60_000} minutes (${last})`, ...said].join('\n'), {
      hint: 'titus-bed ssh HOST, then read /var/log/cloud-init-output.log',
      cause: error,
    })
  } finally {
    done.abort()
    await watching
    await hops.close()
  }
}

async function watchTarget(testbed: Testbed, failedMachine: MachineWatch['failedMachine'], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const failed = await failedMachine()
    if (failed !== undefined) throw machineFailure(failed, testbed)
    await sleep(1000, undefined, { signal }).catch(() => undefined)
  }
}

interface Ways extends Pick<BootParts, 'pollMs' | 'patienceMs'> {
  readonly hops: Hops
  readonly tell: (state: string) => void
  readonly target: Pick<MachineWatch, 'readConsole'>
  readonly signal: AbortSignal
}

async function waitForHost(host: Host, { hops, tell, target, pollMs, patienceMs, signal }: Ways): Promise<void> {
  let refusing: { readonly code: Refusal; readonly since: number } | undefined
  let wasReached = false
  for (;;) {
    signal.throwIfAborted()
    const report = await readReport(hops, host, signal)
    if (report instanceof ConnectionError) {
      const code = refusalOf(report)
      tell(code === undefined ? 'not reached' : code === 'login' ? 'refuses the log-in' : 'shows another host key')
      if (code === undefined) refusing = undefined
      else if (refusing?.code !== code) refusing = { code, since: performance.now() }
      if (refusing !== undefined && (wasReached || performance.now() - refusing.since >= patienceMs[refusing.code]))
        throw new TestbedError([report.message, ...(await consoleAtRefusal(host, target, refusing.code))].join('\n'), {
          hint: refusalCures[refusing.code],
          cause: report,
        })
    } else {
      refusing = undefined
      wasReached = true
      tell(typeof report === 'string' ? report : report.state)
      if (typeof report !== 'string' && report.state === 'ready') return
      if (typeof report !== 'string' && report.state === 'failed')
        throw bootFailure(host, report, await wordsOf(host, hops, target, signal))
    }
    await sleep(pollMs, undefined, { signal })
  }
}

/** What no waiting mends: a machine that does not know the key of the testbed, or is not the one that it should be. */
type Refusal = keyof BootParts['patienceMs']

const refusalCures: Readonly<Record<Refusal, string>> = {
  login: 'the machine was made for another key: titus-bed destroy, then titus-bed apply',
  'host-key': 'another machine answers there, or this one was made anew: titus-bed destroy, then titus-bed apply',
}

function refusalOf({ code }: ConnectionError): Refusal | undefined {
  return code === 'login' || code === 'host-key' ? code : undefined
}

/** What the console says of a refusal: the last lines, and where the host key is another one, each key that it shows and that is not on record.
 *  Such a key is told and not followed. */
async function consoleAtRefusal(host: Host, target: Pick<MachineWatch, 'readConsole'>, code: Refusal): Promise<readonly string[]> {
  const { words, text } = await lookAtConsole(host, target)
  return [...(code === 'host-key' ? otherKeys(host, text) : []), words]
}

function otherKeys({ name, route }: Host, console: string): readonly string[] {
  const known = route.at(-1)?.hostKeys ?? []
  return shownHostKeys(console)
    .filter((key) => !known.includes(key))
    .map((key) => `its console shows ${fingerprintKey(parseHostKey(key))}, which is not the host key that ${name} was first known by`)
}

/** The report, or in a few words why there is none yet, or why the machine was not reached. */
async function readReport(hops: Hops, host: Host, signal: AbortSignal): Promise<BootReport | string | ConnectionError> {
  try {
    const exit = await hops.machine(host.name).exec(['cat', bootReportFile], { timeoutMs: 10_000, signal })
    if (exit.exitCode !== 0) return 'up, first boot not begun'
    return parseBootReport(exit.stdout) ?? 'up, its report is half written'
  } catch (error) {
    signal.throwIfAborted()
    return error instanceof ConnectionError ? error : new ConnectionError('connection', String(error), { cause: error })
  }
}

function bootFailure({ name }: Host, { line, command }: BootReport, words: string): TestbedError {
  return new TestbedError(`the first boot of ${name} failed in line ${line ?? '?'}: ${command ?? ''}\n${words}`, {
    hint: `titus-bed ssh ${name}, then read /var/log/cloud-init-output.log; or titus-bed destroy`,
  })
}
