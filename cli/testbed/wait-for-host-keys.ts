import { setTimeout as sleep } from 'node:timers/promises'
import { TestbedError } from '../../schemas/failure.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import type { Target } from '../target/target.ts'
import { consoleOf, lastWords } from './last-words.ts'
import { bootingFor } from './require-started.ts'

/** For how long is waited, and how often is looked. Milliseconds. */
export interface HostKeyParts {
  readonly deadlineMs: number
  readonly pollMs: number
  /** The longest pause between two looks: who waits for minutes need not ask EC2 twice a second. */
  readonly longestPollMs: number
}

/** EC2 takes down the console of types that are older than its Nitro system up to twenty minutes after the start. */
const usualParts: HostKeyParts = { deadlineMs: 1_800_000, pollMs: 250, longestPollMs: 5000 }

/** Waits until the console of every machine that runs has shown its host key: nobody connects to one whose key is not known. Fails early when the
 *  target knows that a machine failed, and half an hour after a launch, or after this began, with what the machine said last.
 *  @param describe  looks at the testbed anew, and at the consoles of those that boot
 *  @returns the testbed with their keys
 *  @throws TestbedError */
export async function waitForHostKeys(
  testbed: Testbed,
  describe: () => Promise<Testbed>,
  target: Pick<Target, 'failedMachine' | 'readConsole'>,
  say: (line: string) => void,
  signal: AbortSignal,
  { deadlineMs, pollMs, longestPollMs }: HostKeyParts = usualParts,
): Promise<Testbed> {
  const began = performance.now()
  for (let current = testbed; ; current = await describe()) {
    const booting = current.hosts.flatMap((host) => {
      const how = bootingFor(host)
      return how === undefined ? [] : [{ host, line: `${host.name} ${how}`, age: Date.now() - Date.parse(host.bootingSince ?? '') }]
    })
    const [first] = booting
    if (first === undefined) return current
    say(booting.map(({ line }) => line).join('; '))
    const failed = await target.failedMachine()
    if (failed !== undefined) {
      const name = current.hosts.find(({ instanceId }) => instanceId === failed.instanceId)?.name ?? failed.instanceId
      throw new TestbedError(`the machine ${name} failed\n${lastWords(name, failed.log)}`, {
        hint: 'titus-bed destroy, then titus-bed apply',
      })
    }
    const waited = performance.now() - began
    const { host, line } = booting.find(({ age }) => age > deadlineMs) ?? first
    if (waited > deadlineMs || booting.some(({ age }) => age > deadlineMs))
      throw new TestbedError(`${line}\n${await consoleOf(host, target)}`, {
        hint: `terminate ${host.instanceId}: an agent is then replaced by itself, any other machine by titus-bed apply`,
      })
    await sleep(Math.min(longestPollMs, pollMs + waited / 20), undefined, { signal })
  }
}
