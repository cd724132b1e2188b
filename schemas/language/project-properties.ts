import type { JsonObject } from '../json.ts'
import { defaultMaxOutput, defaultTimeouts, duration, keptSize, tags } from './scenario-properties.ts'
import { variableName } from '../validation/read-variables.ts'

/** The keys of a project file. */
export const projectProperties: Readonly<Record<string, JsonObject>> = {
  testbed: {
    description: 'The testbed that commands act on, where --testbed names no other.',
    type: 'string',
    pattern: '^[a-z][a-z0-9-]*$',
    patternErrorMessage: 'the name of a testbed: lower-case letters, digits and hyphens',
  },
  tags: { ...tags, description: 'Only scenarios with one of these tags run, where --tag says nothing else.' },
  parallel: {
    description: 'So many scenarios run at a time, where --parallel says nothing else.',
    type: 'integer',
    minimum: 1,
    maximum: 99,
    default: 1,
  },
  bail: { description: 'When true, a run stops after the first scenario that does not pass.', type: 'boolean', default: false },
  reporters: {
    description:
      'How runs are reported, where --reporter says nothing else: NAME, or NAME=FILE with a file in the folder of the project file or below.',
    type: 'array',
    uniqueItems: true,
    items: { description: 'A reporter, as --reporter takes it.', type: 'string', minLength: 1 },
  },
  vars: {
    description: 'Variables of every scenario, by name. One that a scenario has itself is stronger, and so are --vars and --var.',
    type: 'object',
    propertyNames: variableName,
    additionalProperties: { description: 'The value of the variable.' },
  },
  timeouts: {
    description: 'How long things may take where a scenario does not say.',
    type: 'object',
    additionalProperties: false,
    properties: {
      scenario: duration('The longest time for setup and steps of a scenario together.', defaultTimeouts.scenario),
      step: duration('The longest time for one attempt of a step.', defaultTimeouts.step),
    },
  },
  maxOutput: keptSize('The most that steps keep of each output or body, where neither they nor their scenario say'),
}

/** The JSON Schema (draft 2020-12) of a project file. */
export const projectSchema: JsonObject = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A project',
  description: `What commands and scenarios take where they say nothing else. Every key has a default; an output is kept up to ${defaultMaxOutput}.`,
  type: 'object',
  additionalProperties: false,
  properties: projectProperties,
}
