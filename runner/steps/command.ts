import type { JsonObject } from '../../schemas/json.ts'
import type { Cut } from '../cut.ts'
import type { Exit } from '../hops/exit.ts'
import type { Machine } from '../hops/machine.ts'
import { quoteWord } from '../hops/remote-command.ts'
import { StepError } from '../step-error.ts'
import type { StepContext } from './kind.ts'
import { describeSaved, saveTexts } from './save-texts.ts'
import { readResultJson } from './text-as-json.ts'

/** The outputs of a command. */
export const commandTexts = ['stdout', 'stderr'] as const

/** What a command's result offers to `expect` and `capture`. */
export const commandResults = {
  exit: 'The exit code; null when a signal ended the command.',
  signal: 'The name of the signal that ended it, such as `KILL`; null when it exited.',
  stdout: 'Standard output, without the line ends at its end.',
  stderr: 'Standard error, in the same form.',
  json: 'Standard output read as JSON; null when it is none, or not whole (`cut` says so).',
  duration: 'How long it took, in seconds.',
  cut: 'Which of stdout, stderr and json are not whole, and why; absent when all are.',
  saved: 'The files that outputs were saved in; absent where none was.',
  host: 'The name of the machine that it ran on.',
} as const

/** Runs argv for a step. @throws StepError, with the output so far, when how it ended is not known or it had to be ended */
export async function runCommand(context: StepContext, machine: Machine, argv: readonly string[], stdin?: string): Promise<JsonObject> {
  const exit = await saveTexts(context, (savers) =>
    machine.exec(argv, {
      env: context.env,
      outputLimitBytes: context.maxOutputBytes,
      savers,
      timeoutMs: context.timeoutMs,
      signal: context.signal,
      ...(stdin === undefined ? {} : { stdin }),
    }),
  )
  for (const [key, cut] of Object.entries(exit.cut)) context.cut(key, cut)
  const read = readResultJson(context, 'stdout', exit.stdout, exit.cut.stdout)
  return { ...describeExit(exit, machine, argv, read), ...describeSaved(context) }
}

/** An exit as a result. Outputs are without the line ends at their end, as `$(…)` of a shell gives them; `json` is standard output read as JSON, null when it is none; `duration` is in seconds. */
function describeExit(exit: Exit, machine: Machine, argv: readonly string[], read: ReturnType<typeof readResultJson>): JsonObject {
  const result = {
    command: argv.map(quoteWord).join(' '),
    exit: exit.exitCode,
    signal: exit.signal,
    stdout: withoutEnd(exit.stdout),
    stderr: withoutEnd(exit.stderr),
    json: read.json,
    duration: exit.durationMs / 1000,
    ...describeCuts({ ...exit.cut, json: read.cut }),
  }
  if (exit.ended === 'exit' || exit.ended === 'signal') return result
  if (exit.ended === 'lost')
    throw new StepError('connection', `${machine.name}: the connection was lost while the command ran; it may still run there`, { result })
  const rest = exit.cleared ? 'ended on the machine' : 'it may still run on the machine'
  throw new StepError('timeout', `${machine.name}: the command was given up (${rest})`, { result })
}

/** Which texts of a result are not whole, and why, as the result itself tells it; nothing when all are. */
export function describeCuts(cuts: Readonly<Record<string, Cut | undefined>>): { readonly cut?: Readonly<Record<string, string>> } {
  const reasons = Object.entries(cuts).flatMap(([key, cut]) => (cut === undefined ? [] : [[key, cut.reason] as const]))
  return reasons.length === 0 ? {} : { cut: Object.fromEntries(reasons) }
}

function withoutEnd(output: string): string {
  return output.replace(/(?<!\n)\n+$/, '')
}
