import { durationForm, durationPattern } from '../duration.ts'
import { keptSizes, sizeForm, sizePattern } from './size.ts'
import type { JsonObject } from '../json.ts'
import { forEachSchema } from './for-each-schema.ts'
import { variableName } from '../validation/read-variables.ts'

/** How long a scenario may take, and one attempt of a step, where the file does not say. */
export const defaultTimeouts = { scenario: '10m', step: '1m' } as const

/** How much of an output or a body is kept where the file does not say. */
export const defaultMaxOutput = '1MiB'

/** How often `until` tries again where the file does not say. */
export const defaultEvery = '1s'

/** The form of the names of variables. */
export const names = variableName

/** The schema of a duration. */
export function duration(description: string, fallback?: string): JsonObject {
  const form = { type: 'string', pattern: durationPattern, patternErrorMessage: durationForm }
  return { description, ...form, ...(fallback === undefined ? {} : { default: fallback }) }
}

/** The schema of how much is kept of a text. */
export function keptSize(description: string): JsonObject {
  const bounds = `from ${keptSizes.least} to ${keptSizes.most}`
  return {
    description: `${description}, ${bounds}.`,
    type: 'string',
    pattern: sizePattern,
    patternErrorMessage: sizeForm,
    default: defaultMaxOutput,
  }
}

/** The schema of `env`. */
export const environment: JsonObject = {
  description: 'Environment variables of the command, by name. The values are texts.',
  type: 'object',
  propertyNames: names,
  additionalProperties: { description: 'The value of the variable.', type: 'string' },
}

/** The schema of tags. */
export const tags: JsonObject = {
  description: 'Tags to select by.',
  type: 'array',
  uniqueItems: true,
  items: {
    description: 'A tag.',
    type: 'string',
    pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$',
    patternErrorMessage: 'a tag: letters, digits, hyphens, dots and underscores',
  },
}

/** How often an invariant is polled, how long one poll may take, and how long it may not hold, where the file does not say. */
export const defaultPolls = { every: '1s', timeout: '5s', tolerate: '0s' } as const

/** The form of the names of invariants. */
export const invariantNames = {
  pattern: '^[A-Za-z][A-Za-z0-9_-]*$',
  patternErrorMessage: 'a name: letters, digits, hyphens and underscores, a letter first',
}

/** What the steps of every kind have. */
export const everyStepProperties: Readonly<Record<string, JsonObject>> = {
  name: { description: 'What the step shows, as a sentence. The report tells it.', type: 'string', minLength: 1 },
  host: {
    description:
      'The machine that the step acts from: its name, agents[0], agents.all (every one must hold), agents.any (the first that holds), all (every machine), local, or a list of these.',
    type: ['string', 'array'],
    minLength: 1,
    minItems: 1,
    items: { description: 'A machine or a group.', type: 'string', minLength: 1 },
  },
  in: {
    description: 'Act inside a container of the host: one hop more.',
    type: 'object',
    additionalProperties: false,
    required: ['container'],
    properties: { container: { description: 'The id or the name of the container.', type: 'string', minLength: 1 } },
  },
  env: environment,
  if: {
    description: 'A JMESPath expression over the variables; the step is skipped when it is false, null or empty.',
    type: 'string',
    minLength: 1,
  },
  forEach: forEachSchema,
  soft: { description: 'When true, a failure of this step is told and does not fail the scenario.', type: 'boolean', default: false },
  tags,
  timeout: duration('The longest time for one attempt of the step.', defaultTimeouts.step),
  maxOutput: keptSize('The most that is kept of each output or body, its beginning and its end'),
  save: {
    description:
      'Texts of the result to save whole, each in a file that is seen from the scenario: `{ stdout: logs/master.log }`. Nothing is masked in it.',
    type: 'object',
    minProperties: 1,
    additionalProperties: {
      description: 'The file. On several hosts the name of each stands before its ending.',
      type: 'string',
      minLength: 1,
    },
  },
  until: {
    description: 'Try again until what is expected holds.',
    type: 'object',
    additionalProperties: false,
    required: ['within'],
    properties: {
      within: duration('The deadline, by the clock.'),
      every: duration('The pause between two attempts.', defaultEvery),
      warnAfter: {
        description:
          'A budget: what holds only after this time has passed, and is warned of in every report. `auto`: half as much again as 95 % of past runs took at most, once five are known.',
        type: 'string',
        pattern: `^auto$|${durationPattern}`,
        patternErrorMessage: `${durationForm}, or auto`,
      },
      retryOn: {
        description: 'Errors after which to try again; without it only an expectation that does not hold does.',
        type: 'array',
        uniqueItems: true,
        items: { description: 'connection: the machine or the server could not be reached.', type: 'string', enum: ['connection'] },
      },
      idempotent: {
        description: 'Says that a request which changes something (POST, PATCH) may be repeated.',
        type: 'boolean',
        default: false,
      },
    },
  },
  while: {
    description:
      'What is polled while the step runs and must hold all the time: names of `invariants` of the scenario, or invariants by name.',
    anyOf: [
      {
        description: 'invariants, by their names or as they are',
        type: 'array',
        minItems: 1,
        items: {
          anyOf: [{ description: 'the name of an invariant', type: 'string', minLength: 1 }, { $ref: '#/$defs/invariant' }],
        },
      },
      {
        description: 'invariants by name',
        type: 'object',
        minProperties: 1,
        propertyNames: invariantNames,
        additionalProperties: { $ref: '#/$defs/invariant' },
      },
    ],
  },
  expect: {
    description:
      'What must hold. Left: a JMESPath expression over the result of the step. Right: a value that it equals, or a map of matchers.',
    type: 'object',
    additionalProperties: { description: 'A value, or a map of matchers.' },
  },
  capture: {
    description: 'Values to keep for later steps, by name. Each is a JMESPath expression over the result of the step.',
    type: 'object',
    propertyNames: names,
    additionalProperties: {
      anyOf: [
        { description: 'A JMESPath expression over the result of the step.', type: 'string', minLength: 1 },
        {
          type: 'object',
          additionalProperties: false,
          required: ['from'],
          properties: {
            from: { description: 'A JMESPath expression over the result of the step.', type: 'string', minLength: 1 },
            secret: { description: 'When true, the value is masked wherever it appears.', type: 'boolean', default: false },
          },
        },
      ],
    },
  },
}

/** What an invariant has beside its kind. */
export const invariantProperties: Readonly<Record<string, JsonObject>> = {
  name: { description: 'Its name, in the list of a `while`.', ...invariantNames, type: 'string' },
  ...Object.fromEntries(['host', 'in', 'env', 'maxOutput'].map((key) => [key, everyStepProperties[key] ?? {}])),
  every: duration('The time from the beginning of one poll to that of the next.', defaultPolls.every),
  timeout: duration('The longest time for one poll.', defaultPolls.timeout),
  tolerate: duration('The longest time for which it may not hold; with 0s every poll has to see it hold.', defaultPolls.tolerate),
  expect: everyStepProperties['expect'] ?? {},
}

/** The names of the kinds that the language itself knows, because they hold steps: those of another file, and those inside. */
export const structural = { file: 'use', steps: 'group' } as const

/** What stands under these kinds. `with` belongs to the steps of another file. */
export const structuralKinds: Readonly<Record<string, JsonObject>> = {
  [structural.file]: {
    description: 'The steps of another file, as one step. The path is relative to this file.',
    type: 'string',
    minLength: 1,
  },
  [structural.steps]: { description: 'Steps that run at the same time.', type: 'array', minItems: 1, items: { $ref: '#/$defs/step' } },
}

/** The inputs of `use`. */
export const withProperty: JsonObject = {
  description: 'The inputs of the file that `use` names, by name.',
  type: 'object',
  propertyNames: names,
  additionalProperties: { description: 'The value of the input.' },
}
