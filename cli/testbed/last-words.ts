import type { Host } from '../../schemas/testbed.ts'
import { linesOf } from '../../runner/reporters/visible-text.ts'
import type { Hops } from '../../runner/hops/hops.ts'
import type { MachineWatch } from '../target/watch.ts'

/** How many lines are told of a machine that is behind. */
const count = 15

const timeoutMs = 10_000

/** The last lines of what a machine said, under its name, with nothing in them that a terminal obeys. */
export function lastWords(name: string, log: string): string {
  const lines = linesOf(log).slice(-count).join('\n')
  return lines === '' ? `${name} has said nothing on its console` : `${name} said last:\n${lines.replaceAll(/^/gm, '  ')}`
}

/** The last lines of what the first boot of a machine printed. @throws ConnectionError when it is not reached */
async function bootLog(hops: Hops, host: Host, signal: AbortSignal): Promise<string> {
  const exec = hops.machine(host.name).exec(['tail', '-n', String(count), '/var/log/cloud-init-output.log'], { timeoutMs, signal })
  return (await exec).stdout
}

/** One look at a console. */
export interface ConsoleLook {
  /** What the machine said last, or why that cannot be had. */
  readonly words: string
  /** All that it shows; empty where it cannot be read. */
  readonly text: string
}

/** Looks at the console of a machine once. */
export async function lookAtConsole({ name, instanceId }: Host, target: Pick<MachineWatch, 'readConsole'>): Promise<ConsoleLook> {
  try {
    const text = await target.readConsole(instanceId)
    return { words: lastWords(name, text), text }
  } catch (error) {
    return { words: `the console of ${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`, text: '' }
  }
}

/** What the machine said last on its console, or why that cannot be had. */
export async function consoleOf(host: Host, target: Pick<MachineWatch, 'readConsole'>): Promise<string> {
  return (await lookAtConsole(host, target)).words
}

/** What the machine said last: in its first boot where it can be asked, or else on its console. */
export async function wordsOf(host: Host, hops: Hops, target: Pick<MachineWatch, 'readConsole'>, signal: AbortSignal): Promise<string> {
  const log = await bootLog(hops, host, signal).catch(() => '')
  return log.trim() === '' ? consoleOf(host, target) : lastWords(host.name, log)
}
