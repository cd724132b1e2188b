import { readFileSync } from 'node:fs'
import { countOf } from '../../system/count-of.ts'
import type { Cut } from '../cut.ts'
import type { Exit } from '../hops/exit.ts'
import type { Machine } from '../hops/machine.ts'
import { readJson } from './text-as-json.ts'

/** How a call of the AWS CLI ended. */
export type AwsExit = Pick<Exit, 'ended' | 'exitCode' | 'signal' | 'stdout' | 'stderr' | 'cut'>

/** What calls get besides their words. Times are in milliseconds. */
export interface AwsCallOptions {
  readonly env: Readonly<Record<string, string>>
  /** How long one call may take. */
  readonly eachMs: number
  /** How long all of them may take. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

const launcher = readFileSync(new URL('./aws-calls.sh', import.meta.url), 'utf8')
const program = readFileSync(new URL('./aws-calls.py', import.meta.url), 'utf8')
const outputLimitBytes = 16 << 20

/**
 * Makes calls of the AWS CLI on a machine, one after the other. The first is a control: where it fails, the others are not made.
 * To start the CLI costs three times what a call does. Where it is a script of Python, one process is started for all calls, and forks
 * for each (see aws-calls.py); elsewhere each call is a process of its own.
 *
 * @param calls  the words of each call, without `aws`
 * @returns how each call ended that was made, in their order
 * @throws ConnectionError when the machine cannot be reached
 */
export async function callAws(
  machine: Machine,
  calls: readonly (readonly string[])[],
  { env, eachMs, timeoutMs, signal }: AwsCallOptions,
): Promise<readonly AwsExit[]> {
  const argv = ['/bin/sh', '-c', launcher, 'titus-bed', program, String(eachMs), JSON.stringify(calls)]
  const together = await machine.exec(argv, { env, timeoutMs, signal, outputLimitBytes })
  const exits: AwsExit[] = readExits(together.stdout)
  for (const words of calls.slice(exits.length)) {
    if (exits[0] !== undefined && exits[0].exitCode !== 0) break
    // What was ended with the process of all calls has ended as that did: it is not made again.
    const { ended, signal: by } = together
    exits.push(
      ended === 'exit'
        ? await machine.exec(['aws', ...words], { env, timeoutMs: Math.min(eachMs, timeoutMs), signal })
        : { ended, exitCode: null, signal: by, stdout: '', stderr: '', cut: {} },
    )
  }
  return exits
}

type Told = Pick<Exit, 'ended' | 'exitCode' | 'signal'> & Readonly<Record<'stdout' | 'stderr', Text>>

interface Text {
  readonly text: string
  /** How many bytes of its end were left out. */
  readonly left: number
}

/** What the program told, up to the first line that is not whole, or of something else. */
function readExits(output: string): AwsExit[] {
  const exits: AwsExit[] = []
  for (const line of output.split('\n')) {
    const told = readJson(line) as unknown
    if (!isTold(told)) break
    const { stdout, stderr, ...exit } = told
    exits.push({ ...exit, stdout: stdout.text, stderr: stderr.text, cut: { ...cutOf('stdout', stdout), ...cutOf('stderr', stderr) } })
  }
  return exits
}

function isTold(value: unknown): value is Told {
  return value !== null && typeof value === 'object' && 'ended' in value
}

function cutOf(name: 'stdout' | 'stderr', { text, left }: Text): Readonly<Record<string, Cut>> {
  return left === 0 ? {} : { [name]: { reason: `${countOf(left, 'byte')} at its end were left out`, parts: [text] } }
}
