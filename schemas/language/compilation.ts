import type { StepKinds } from './build-scenario-schema.ts'
import type { MatcherShapes } from './check-argument.ts'
import type { Environment, GivenVariables } from './compile-variables.ts'
import type { NeededFile } from './needed-file.ts'
import type { HostNames } from '../resolve-host.ts'
import type { Problem } from '../problem.ts'
import type { Project } from '../project.ts'
import type { Invariant, StepFile } from '../scenario.ts'
import type { readYaml } from '../validation/read-yaml.ts'

/** What the scenarios of one command share, so that a step file which many of them use is read and compiled once. */
export interface SharedStepFiles {
  /** As they were read, by path, with the text that they were read from. */
  readonly read: Map<string, { readonly text: string; readonly read: ReturnType<typeof readYaml> }>
  /** Those without any problem, by path, by the time that a step of theirs which holds steps may take, and by the folder of the scenario,
   *  which says what they may name. Such a file is in no circle, and is therefore the same for all scenarios of that folder. */
  readonly sound: Map<string, { readonly text: string; readonly loaded: LoadedStepFile }>
  /** The scenarios that others need, by path. */
  readonly needed: Map<string, NeededFile>
}

/** Nothing is read yet. */
export function shareStepFiles(): SharedStepFiles {
  return { read: new Map(), sound: new Map(), needed: new Map() }
}

/** Reads a file that a scenario names, as text; paths are seen from where the scenario's own is, or absolute. `mostBytes`: where more is read
 *  than of a file of the product. It throws what `whyUnreadable` puts into words. */
export type ScenarioFileReader = (path: string, mostBytes?: number) => Promise<string>

/** Asks whether a scenario may do with a file that it names what it is about to do. Each throws what `whyUnreadable` puts into words. */
export interface FilePermits {
  readonly requireReadable: (path: string) => void
  readonly requireWritable: (path: string) => void
}

/** A step file as its callers see it, also where some of it is wrong. */
export interface LoadedStepFile {
  readonly file: StepFile
  /** Nothing in it is wrong. */
  readonly isSound: boolean
  /** What callers may give, as far as the file says it; undefined where that cannot be told. */
  readonly inputs: StepFile['inputs'] | undefined
  /** The names of what callers may read; undefined where they cannot be told. */
  readonly outputs: readonly string[] | undefined
}

/** The invariants of a scenario, as its steps may name them. */
export interface DeclaredInvariants {
  readonly declared: readonly string[]
  /** Those of them without problems. */
  readonly sound: readonly Invariant[]
  /** Those that a step names: it is filled while the steps are compiled. */
  readonly named: Set<string>
}

/** What the compilation of one scenario, and of the files that it uses, shares. */
export interface Compilation {
  readonly kinds: StepKinds
  readonly matchers: MatcherShapes
  /** Where they are known. */
  readonly hosts?: HostNames
  readonly readFile: ScenarioFileReader
  readonly permits?: FilePermits
  /** What scenarios take where they say nothing else. */
  readonly project: Pick<Project, 'vars' | 'defaults'>
  /** Values that take the place of those under `vars:`. */
  readonly given: GivenVariables
  /** Where the values of `secrets:` come from. */
  readonly environment?: Environment
  readonly problems: Problem[]
  /** Step files that were loaded, whose problems are told once; undefined for one that cannot be read. */
  readonly files: Map<string, LoadedStepFile | undefined>
  /** What was read already, for this scenario or for others. */
  readonly shared: SharedStepFiles
  /** The files that are being loaded, the scenario first: one that uses itself is an error. */
  readonly open: readonly string[]
  /** The invariants of the scenario, where its steps may name them. */
  readonly invariants?: DeclaredInvariants | undefined
  /** What a step that holds steps may take: the time of the whole file. */
  readonly timeoutMs: number
  /** Reads a step file; it is given here because the steps of such a file may use others in turn. */
  readonly loadStepFile: (file: string, text: string, compilation: Compilation) => Promise<LoadedStepFile | undefined>
}
