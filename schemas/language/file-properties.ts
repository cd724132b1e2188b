import type { JsonObject } from '../json.ts'
import { defaultTimeouts, duration, environment, invariantNames, keptSize, names, tags } from './scenario-properties.ts'

function steps(description: string): JsonObject {
  return { description, type: 'array', items: { $ref: '#/$defs/step' } }
}

/** The keys of a scenario file. */
export const scenarioProperties: Readonly<Record<string, JsonObject>> = {
  scenario: { description: 'What the scenario shows, as a sentence.', type: 'string', minLength: 1 },
  description: { description: 'What more there is to say of it. Reports tell it.', type: 'string', minLength: 1 },
  owner: { description: 'Who cares for it, such as a team. Reports tell it.', type: 'string', minLength: 1 },
  tags,
  matrix: {
    description: 'Rows of variables. Each row is a scenario of its own in every report, named by its values.',
    type: 'array',
    minItems: 1,
    items: { description: 'A row: variables, by name, the same in every row.', type: 'object', minProperties: 1, propertyNames: names },
  },
  cross: {
    description: 'Values of variables, by name. Each combination is a row, as under `matrix`.',
    type: 'object',
    minProperties: 1,
    propertyNames: names,
    additionalProperties: { description: 'The values of the variable.', type: 'array', minItems: 1 },
  },
  requires: {
    description:
      'What the testbed must have, or the scenario is skipped, which reports tell with the reason: capabilities by name, and JMESPath conditions over the testbed.',
    type: 'array',
    minItems: 1,
    uniqueItems: true,
    items: {
      description: 'A capability, such as aws (titus-bed explain capability lists them), or a condition, such as length(hosts) >= `2`.',
      type: 'string',
      minLength: 1,
    },
  },
  needs: {
    description:
      'Other scenarios, which run before and have to pass, or this one is skipped; those that were not selected are added. What they give under `outputs` is read by the name that each has here: `${{ NAME.output }}`.',
    type: 'object',
    minProperties: 1,
    propertyNames: names,
    additionalProperties: { description: 'The file of the scenario. The path is relative to this file.', type: 'string', minLength: 1 },
  },
  exclusive: { description: 'When true, nothing else runs at the same time, also with --parallel.', type: 'boolean', default: false },
  knownFailure: {
    description: 'Why the scenario is known to fail. It is green while it does, which reports tell, and red when it passes.',
    type: 'string',
    minLength: 1,
  },
  collect: {
    description:
      'What else machines are asked when the scenario has failed, besides what every one of them is and what its role offers: on each machine that it acted on.',
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: {
      commands: {
        description: 'Commands that only look, each split into words as a shell does, and run without one.',
        type: 'array',
        items: { description: 'A command.', type: 'string', minLength: 1 },
      },
      files: {
        description: 'Files, of which the end is kept.',
        type: 'array',
        items: { description: 'An absolute path.', type: 'string', pattern: '^/', patternErrorMessage: 'an absolute path' },
      },
      units: {
        description: 'Units of systemd: their state, and their journal since the scenario began.',
        type: 'array',
        items: {
          description: 'A unit, such as nginx.service.',
          type: 'string',
          pattern: '^[A-Za-z0-9_@][\\w@.:-]*$',
          patternErrorMessage: 'the name of a unit',
        },
      },
    },
  },
  timeout: duration('The longest time for setup and steps together.', defaultTimeouts.scenario),
  maxOutput: keptSize('The most that its steps keep of each output or body, where they say nothing else'),
  secrets: {
    description:
      'Environment variables of this computer, by name: variables of the scenario whose values are masked wherever they appear. One that is not there is an error at load.',
    type: 'array',
    uniqueItems: true,
    items: { description: 'The name of an environment variable.', type: 'string', ...names },
  },
  vars: {
    description: 'Variables, by name; one may use those above it. --var and --vars give others in their place.',
    type: 'object',
    propertyNames: names,
    additionalProperties: { description: 'The value of the variable.' },
  },
  env: environment,
  invariants: {
    description:
      'What must hold all the time while `steps` run, by name. Each has a kind that reads and is polled from the end of `setup` to the beginning of `always`; one that a `while` names is polled beside the steps that name it alone.',
    type: 'object',
    propertyNames: invariantNames,
    additionalProperties: { $ref: '#/$defs/invariant' },
  },
  setup: steps('Steps that make the ground ready.'),
  steps: { ...steps('The steps, in order.'), minItems: 1 },
  always: steps('Steps that run whatever happened before.'),
  outputs: {
    description:
      'What scenarios that need this one may read, by name: values from its variables as they are when it has passed. Reports tell them.',
    type: 'object',
    propertyNames: names,
    additionalProperties: { description: 'The value of the output.' },
  },
}

/** The keys of a file of reusable steps. */
export const stepFileProperties: Readonly<Record<string, JsonObject>> = {
  inputs: {
    description: 'What the caller gives under `with`, by name.',
    type: 'object',
    propertyNames: names,
    additionalProperties: {
      description: 'An input.',
      type: 'object',
      additionalProperties: false,
      required: ['type'],
      properties: {
        type: {
          description: 'The type of the value.',
          type: 'string',
          enum: ['string', 'number', 'boolean', 'object', 'array', 'any'],
        },
        description: { description: 'What the input is for.', type: 'string' },
        default: { description: 'The value when the caller gives none.' },
        required: { description: 'Whether the caller has to give it: unless there is a default, yes.', type: 'boolean', default: true },
      },
    },
  },
  steps: { ...steps('The steps, in order.'), minItems: 1 },
  outputs: {
    description: 'What the caller may expect and capture, by name: expressions over the variables of this file.',
    type: 'object',
    propertyNames: names,
    additionalProperties: { description: 'The value of the output.' },
  },
}
