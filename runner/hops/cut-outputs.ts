import { joinCuts } from '../cut.ts'
import type { Cut } from '../cut.ts'

/** How long an output may stay open and silent after the command itself has ended, in milliseconds. */
export const lingerMs = 500

/** Why the outputs of a command had not ended when it had: something still held them open, or the connection was lost. */
export type Unfinished = 'open' | 'lost'

const reasons: Readonly<Record<Unfinished, string>> = {
  open: `it was still open ${lingerMs / 1000} s after the command had ended: something that it left in the background holds it`,
  lost: 'the connection was lost before its end',
}

/** What is missing of the outputs of a command, `texts` being what is there of them. */
export function cutOutputs(
  stdout: Cut | undefined,
  stderr: Cut | undefined,
  unfinished: Unfinished | undefined,
  texts: { readonly stdout: string; readonly stderr: string },
): { readonly stdout?: Cut; readonly stderr?: Cut } {
  const end = (text: string): Cut | undefined => (unfinished === undefined ? undefined : { reason: reasons[unfinished], parts: [text] })
  const out = joinCuts([stdout, end(texts.stdout)])
  const err = joinCuts([stderr, end(texts.stderr)])
  return { ...(out === undefined ? {} : { stdout: out }), ...(err === undefined ? {} : { stderr: err }) }
}
