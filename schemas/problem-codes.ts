import { clusterCodes } from './problem-codes/cluster-codes.ts'
import { commandCodes } from './problem-codes/command-codes.ts'
import { fileCodes } from './problem-codes/file-codes.ts'
import { runCodes } from './problem-codes/run-codes.ts'
import { scenarioCodes } from './problem-codes/scenario-codes.ts'

/** What a code stands for: why a problem has it, and what a person does about it. A sentence each. */
export interface CodeMeaning {
  readonly cause: string
  readonly cure: string
}

/** Every code that a problem can have, with its cause and its cure. The reference and `explain` print them; a code that is not here cannot
 *  be written, and one that nothing uses fails a test. */
export const problemCodes = { ...fileCodes, ...clusterCodes, ...scenarioCodes, ...runCodes, ...commandCodes } as const

/** A stable identifier of what is wrong, in kebab-case, such as `unknown-key`. Tests assert on it, not on prose. */
export type ProblemCode = keyof typeof problemCodes

/** The codes by where they are met, for the reference. */
export const codeGroups: readonly { readonly title: string; readonly codes: Readonly<Record<string, CodeMeaning>> }[] = [
  { title: 'Files', codes: fileCodes },
  { title: 'The cluster', codes: clusterCodes },
  { title: 'Scenarios and step files', codes: scenarioCodes },
  { title: 'Runs', codes: runCodes },
  { title: 'The command line', codes: commandCodes },
]
