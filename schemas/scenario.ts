import type { Capabilities } from './capabilities.ts'
import type { Flaw } from './flaw.ts'
import type { Json, JsonObject } from './json.ts'
import type { Place } from './problem.ts'

/** A node of a scenario file after compilation: plain data, every node with its place.
 *  - `literal`: a scalar without `${{ }}`; in a string field the source text of the scalar (`0644`, `1.20` stay as written)
 *  - `expression`: a scalar that is only `${{ … }}`: evaluates to the value with its type
 *  - `text`: a scalar with expressions inside text: evaluates to a string */
export type Value =
  | { readonly type: 'literal'; readonly value: Json; readonly place: Place }
  | Expression
  | { readonly type: 'text'; readonly parts: readonly (string | Expression)[]; readonly place: Place }
  | { readonly type: 'list'; readonly items: readonly Value[]; readonly place: Place }
  | { readonly type: 'map'; readonly entries: readonly Entry[]; readonly place: Place }

/** A compiled `${{ … }}`: JMESPath, checked at load. `roots` are the variables that it reads. */
export interface Expression {
  readonly type: 'expression'
  readonly source: string
  readonly roots: readonly string[]
  readonly place: Place
}

/** One key of a map, in the order of the file. */
export interface Entry {
  readonly key: string
  readonly keyPlace: Place
  readonly value: Value
}

/** One row of a matrix: a scenario of its own, by the values of its variables. */
export interface Row {
  readonly label: string
  readonly vars: readonly Entry[]
}

/** What a scenario requires of a testbed: a capability, or that a condition over what is known of the testbed holds. */
export type Requirement =
  | { readonly type: 'capability'; readonly name: string; readonly place: Place }
  | { readonly type: 'condition'; readonly condition: Expression }

/** Another scenario that has to pass before, and the name under which its outputs are read. */
export interface Need {
  readonly name: string
  /** Its path, as the scenario that needs it would be called beside it. */
  readonly file: string
  /** It stands for several scenarios, all of which have to pass: what they give is a list, in the order of its rows. */
  readonly hasRows: boolean
  readonly place: Place
}

/** What else machines are asked when a scenario has failed. */
export interface EvidenceWish {
  readonly commands: readonly (readonly string[])[]
  readonly files: readonly string[]
  readonly units: readonly string[]
}

/** A scenario file, validated. */
export interface Scenario {
  readonly name: string
  /** What more there is to say of it, and who cares for it. */
  readonly description?: string
  readonly owner?: string
  /** It is skipped on a testbed that lacks one of these. */
  readonly requires: readonly Requirement[]
  /** They run before it, and when one does not pass it is skipped. */
  readonly needs: readonly Need[]
  /** It runs alone, whatever runs at the same time otherwise. */
  readonly exclusive?: boolean
  /** Why it is known to fail: it is green when it does, and red when it does not. */
  readonly knownFailure?: string
  /** Absent where it asks for nothing of its own. */
  readonly collect?: EvidenceWish
  /** What it stands for, one scenario each; absent where it stands for itself. */
  readonly rows?: readonly Row[]
  /** The row that it is, where it is one of several. */
  readonly row?: Row
  readonly file: string
  readonly place: Place
  readonly tags: readonly string[]
  /** Milliseconds; the deadline of setup and steps together. */
  readonly timeoutMs: number
  /** The most that its steps keep of a text. */
  readonly maxOutputBytes?: number
  /** Environment variables of this computer that are variables of the scenario, and masked wherever they appear. */
  readonly secrets: readonly { readonly name: string; readonly place: Place }[]
  readonly vars: readonly Entry[]
  readonly env: readonly Entry[]
  /** Polled beside `steps`, each beside all of them, or beside those that name it. */
  readonly invariants: readonly Invariant[]
  readonly setup: readonly Step[]
  readonly steps: readonly Step[]
  readonly always: readonly Step[]
  /** What others may read that need it, by name: evaluated when it has passed. */
  readonly outputs: readonly Entry[]
}

/** A reusable step file (`use:`), validated, its own steps compiled in a scope of its own: inputs, `testbed` and what it captures. */
export interface StepFile {
  readonly file: string
  readonly place: Place
  readonly inputs: readonly {
    readonly name: string
    readonly type: InputType
    readonly required: boolean
    readonly default?: Value
    readonly place: Place
  }[]
  readonly steps: readonly Step[]
  readonly outputs: readonly Entry[]
}

/** What `inputs:` of a step file may declare. */
export type InputType = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'any'

/** One step: exactly one kind, and what steps of every kind have. */
export interface Step {
  readonly name: string
  readonly kind: string
  readonly place: Place
  /** What stands under the kind's key; evaluated right before the step runs, then checked against the kind's schema again.
   *  `run`: always the list of its words. `use`: the inputs, by name. `group`: nothing. */
  readonly params: Value
  readonly host?: Value
  /** A container to act in: one hop more. */
  readonly container?: Value
  readonly env: readonly Entry[]
  readonly if?: Expression
  /** It is done once for each item of a list. */
  readonly forEach?: ForEach
  readonly soft: boolean
  readonly tags: readonly string[]
  /** Milliseconds for one attempt. */
  readonly timeoutMs: number
  /** The most that is kept of each text of the result. */
  readonly maxOutputBytes?: number
  /** The paths of files for texts of the result, by their keys there. */
  readonly save?: readonly Entry[]
  readonly until?: Until
  /** What is polled while the step runs, and has to hold all the time. */
  readonly while?: readonly Invariant[]
  /** `key` is a JMESPath expression over the result of the step, `value` a literal or a map of matchers. */
  readonly expect: readonly Entry[]
  readonly capture: readonly Capture[]
  /** For `use`: the file, loaded. For `group`: the steps inside. */
  readonly use?: StepFile
  readonly steps?: readonly Step[]
}

/** A step that is done once for each item of a list: its result and its captures are lists, in the order of the items. */
export interface ForEach {
  /** The variable that the step, and the steps inside of it, read the item by. */
  readonly name: string
  /** Evaluated right before the first one; the loader has counted one that stands in the file. */
  readonly list: Value
  /** How many items at the same time. */
  readonly parallel: number
}

/** A claim that is polled while steps run. */
export interface Invariant {
  /** What is polled, as a step that is run once for each poll: its time limit is that of one poll. */
  readonly step: Step
  /** Milliseconds from the beginning of one poll to that of the next. */
  readonly everyMs: number
  /** The longest time that it may not hold, in milliseconds; 0: not once. */
  readonly tolerateMs: number
  /** Steps name it under `while:`, and it is polled beside these alone. */
  readonly isNamed: boolean
}

/** A wall-clock deadline for polling. Milliseconds. `idempotent` allows it on a request that changes something. */
export interface Until {
  readonly withinMs: number
  /** What holds only after this time is warned of. */
  readonly warnAfterMs?: number
  /** `warnAfter: auto`: what holds later than past runs let expect is warned of. */
  readonly warnsAsUsual?: true
  readonly everyMs: number
  readonly retryOn: readonly 'connection'[]
  readonly idempotent: boolean
}

/** A value kept for later steps: `from` is a JMESPath expression over the result. A secret is masked wherever it appears. */
export interface Capture {
  readonly name: string
  readonly from: string
  readonly secret: boolean
  readonly place: Place
}

/** What the loader has to know of a step kind; the runner's registry satisfies it. A new kind is one file and one line there. */
export interface StepShape {
  readonly summary: string
  /** JSON Schema (draft 2020-12) of what stands under the kind's key, without `$ref`. A text with `format: file-path` names a file beside
   *  the file in which it stands, or beside the scenario, and one with `format: host` a host: the loader checks that it exists. */
  readonly schema: JsonObject
  /** How what stands under the key is read. Without it every text is a value, with its expressions. `words`: a text is split as a shell
   *  splits words, and each word is a value. `expectations`: the left sides are expressions over the variables, the right sides matchers.
   *  `opaque`: the text is the machine's own, where an expression would be run as code. */
  readonly reads?: 'words' | 'expectations' | 'opaque'
  /** What the step changes each time that it is done, by its parameters as the file fixes them, such as `POST`: polling would repeat it. */
  readonly changes?: (params: Json) => string | undefined
  /** The paths in the parameters of the texts that name files on this computer which the step writes. The loader checks that it may. */
  readonly writes?: (params: Json) => readonly (readonly string[])[]
  /** Whether the step acts from a `host:`. */
  readonly host: 'required' | 'optional' | 'none'
  /** What it can do on some targets and not on others, by the names that `requires:` has for it: `machine.stop`. */
  readonly capabilities?: Capabilities
  /** Which of these a step takes, by its parameters as far as they are fixed. */
  readonly needs?: (params: Json) => readonly string[]
  /** What is expected when the file does not say: `{ exit: 0 }`. */
  readonly implies: JsonObject
  /** It reads and changes nothing, so that it may be polled beside steps, as an invariant. */
  readonly pollable?: true
  /** The kind asserts by itself, without `expect:` (`access`, `reach`). */
  readonly asserts: boolean
  /** The key in its parameters of a table, each cell of which is an assertion; without it each entry of the parameters is. */
  readonly claimsIn?: string
  /** What `expect` and `capture` may name, by first segment, each with its meaning; `*` when the result is open. */
  readonly results: Readonly<Record<string, string>>
  /** The parts of the result that are texts of any length: how much of them is kept can be said, and they can be saved. */
  readonly texts?: readonly string[]
  /** What else is wrong with the parameters, as they show it by themselves. Pure. Asked at load, where what an expression will give is
   *  undefined and what does not fit `schema` may be anything; and again when the step runs, with every value. */
  readonly check?: (params: Json) => readonly Flaw[]
}

/** What the loader has to know of a matcher; the runner's registry satisfies it. */
export interface MatcherShape {
  readonly summary: string
  /** JSON Schema (draft 2020-12) of its argument: what stands under the matcher's key. */
  readonly schema: JsonObject
  /** What else is wrong with an argument that fits `schema`. Pure. Asked at load when the argument is fixed, and again before it is used. */
  readonly check?: (argument: Json) => readonly Flaw[]
  /** What may be meant otherwise by an argument that is sound; `subject` is the left side of the expectation. Pure. Asked at load alone. */
  readonly advise?: (argument: Json, subject: string) => readonly Flaw[]
  /** The argument is the right side of an expectation again, or a partial object with such in it. Otherwise it is a plain value. */
  readonly nests?: 'expectation' | 'shape'
  /** It judges numbers alone, so that of a text nothing can be said. */
  readonly takes?: 'number'
}
