import type { StepKinds } from './build-scenario-schema.ts'
import type { MatcherShapes } from './check-argument.ts'
import type { HostNames } from '../resolve-host.ts'
import type { Problem } from '../problem.ts'
import type { StepFile } from '../scenario.ts'

/** What the compilation of one scenario, and of the files that it uses, shares. */
export interface Compilation {
  readonly kinds: StepKinds
  readonly matchers: MatcherShapes
  /** Where they are known. */
  readonly hosts?: HostNames
  readonly readFile: (path: string) => Promise<string>
  readonly problems: Problem[]
  /** Step files that were loaded; undefined for one that is wrong, whose problems are told once. */
  readonly files: Map<string, StepFile | undefined>
  /** The files that are being loaded, the scenario first: one that uses itself is an error. */
  readonly open: readonly string[]
  /** What a step that holds steps may take: the time of the whole file. */
  readonly timeoutMs: number
  /** Reads a step file; it is given here because the steps of such a file may use others in turn. */
  readonly loadStepFile: (file: string, text: string, compilation: Compilation) => Promise<StepFile | undefined>
}
