import { joinCuts } from '../cut.ts'
import type { Cut } from '../cut.ts'

/** How long an output may stay open and silent after the command itself has ended, in milliseconds. */
export const lingerMs = 500

/** What is missing of the outputs of a command. `lingering`: they were still open when the reading ended. */
export function cutOutputs(
  stdout: Cut | undefined,
  stderr: Cut | undefined,
  lingering: { readonly stdout: string; readonly stderr: string } | undefined,
): { readonly stdout?: Cut; readonly stderr?: Cut } {
  const reason = `it was still open ${lingerMs / 1000} s after the command had ended: something that it left in the background holds it`
  const open = (text: string | undefined): Cut | undefined => (text === undefined ? undefined : { reason, parts: [text] })
  const out = joinCuts([stdout, open(lingering?.stdout)])
  const err = joinCuts([stderr, open(lingering?.stderr)])
  return { ...(out === undefined ? {} : { stdout: out }), ...(err === undefined ? {} : { stderr: err }) }
}
