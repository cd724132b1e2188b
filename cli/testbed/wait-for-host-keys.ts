import { setTimeout as sleep } from 'node:timers/promises'
import { TestbedError } from '../../schemas/failure.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { openWatch } from '../target/watch.ts'
import type { MachineWatch } from '../target/watch.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { warnOnce } from '../terminal/warn-once.ts'
import { bootingOf } from './booting.ts'
import { consoleOf } from './last-words.ts'
import { machineFailure } from './machine-failure.ts'
import { refreshTestbed } from './refresh-testbed.ts'

/** For how long is waited, and how often is looked. Milliseconds. */
export interface HostKeyParts {
  readonly deadlineMs: number
  readonly pollMs: number
  /** The longest pause between two looks: who waits for minutes need not ask EC2 twice a second. */
  readonly longestPollMs: number
}

/** EC2 takes down the console of types that are older than its Nitro system up to twenty minutes after the start. */
const usualParts: HostKeyParts = { deadlineMs: 1_800_000, pollMs: 250, longestPollMs: 5000 }

/** How a machine stands that is waited for. */
export const keyAwaited = 'boots, and its console shows no host key yet'

/** Waits until the console of every machine that runs has shown its host key: nobody connects to one whose key is not known. Fails early when the
 *  target knows that a machine failed, and half an hour after a launch, or after this began, with what the machine said last.
 *  @param say  told how a machine stands, whenever that changes
 *  @param describe  looks at the testbed anew, and at the consoles of those that boot
 *  @returns the testbed with their keys
 *  @throws TestbedError */
export async function waitForHostKeys(
  testbed: Testbed,
  describe: () => Promise<Testbed>,
  target: MachineWatch,
  say: (name: string, state: string) => void,
  signal: AbortSignal,
  { deadlineMs, pollMs, longestPollMs }: HostKeyParts = usualParts,
): Promise<Testbed> {
  const began = performance.now()
  const states = new Map<string, string>()
  const tell = (name: string, state: string) => {
    if (states.get(name) !== state) say(name, state)
    states.set(name, state)
  }
  for (let current = testbed; ; current = await describe()) {
    const booting = current.hosts.map((host) => bootingOf(host)).filter((each) => each !== undefined)
    const behind = booting.map(({ host }) => host.name)
    const up = current.hosts.filter(({ isDown }) => isDown !== true).map(({ name }) => name)
    for (const name of states.keys())
      if (!behind.includes(name)) tell(name, up.includes(name) ? 'has shown its host key' : 'does not run any more')
    for (const name of behind) tell(name, keyAwaited)
    const [first] = booting
    if (first === undefined) return current
    const failed = await target.failedMachine()
    if (failed !== undefined) throw machineFailure(failed, current)
    const waited = performance.now() - began
    const late = booting.find(({ ageMs }) => ageMs > deadlineMs) ?? (waited > deadlineMs ? first : undefined)
    if (late !== undefined)
      throw new TestbedError(`${late.host.name} ${late.how}\n${await consoleOf(late.host, target)}`, {
        hint: `terminate ${late.host.instanceId}: an agent is then replaced by itself, any other machine by titus-bed apply`,
      })
    await sleep(Math.min(longestPollMs, pollMs + waited / 20), undefined, { signal })
  }
}

/** The same for a testbed that is up, in which a machine has replaced another. @throws TestbedError */
export async function waitForNewHostKeys(
  workspace: Workspace,
  testbed: Testbed,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Testbed> {
  let seen = testbed
  const describe = async () => (seen = await refreshTestbed(workspace, seen, signal))
  return waitForHostKeys(
    testbed,
    describe,
    openWatch(testbed, workspace, signal, warnOnce(terminal)),
    (name, state) => terminal.status(`${name} ${state}`),
    signal,
  )
}
