import type { StepKinds } from './build-scenario-schema.ts'
import type { MatcherShapes } from './check-argument.ts'
import type { HostNames } from '../resolve-host.ts'
import type { Problem } from '../problem.ts'
import type { StepFile } from '../scenario.ts'
import type { readYaml } from '../validation/read-yaml.ts'

/** Step files as they were read, by path, with the text that they were read from: what several scenarios use is read once. */
export type StepFilesRead = Map<string, { readonly text: string; readonly read: ReturnType<typeof readYaml> }>

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
  /** What was read already, for this scenario or for others. */
  readonly stepFilesRead: StepFilesRead
  /** The files that are being loaded, the scenario first: one that uses itself is an error. */
  readonly open: readonly string[]
  /** What a step that holds steps may take: the time of the whole file. */
  readonly timeoutMs: number
  /** Reads a step file; it is given here because the steps of such a file may use others in turn. */
  readonly loadStepFile: (file: string, text: string, compilation: Compilation) => Promise<StepFile | undefined>
}
