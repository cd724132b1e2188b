import { matchers } from '../../runner/matchers/index.ts'
import { stepKinds } from '../../runner/steps/index.ts'
import type { StepKind } from '../../runner/steps/kind.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { scenarioProperties, stepFileProperties } from '../../schemas/language/file-properties.ts'
import { everyStepProperties, invariantProperties, withProperty } from '../../schemas/language/scenario-properties.ts'
import { describeForm } from './form.ts'
import { keyTopics, listKeys } from './keys.ts'
import type { Chapter, Topic, TopicItem } from './topic.ts'

/** What the keys of the language refer to; the kinds have a chapter of their own. */
const languageRoot: JsonObject = {
  $defs: {
    invariant: {
      description: 'A claim that is polled while steps run. It has exactly one kind of those that may be polled, and these keys.',
      properties: invariantProperties,
    },
  },
}

/** The chapters of the scenario language: its files, its steps, its matchers. */
export function scenarioChapters(): readonly Chapter[] {
  return [
    {
      page: 'steps',
      title: 'Kinds of steps',
      introduction: 'A step has exactly one of these keys. What stands under it may hold `${{ expression }}` wherever a value stands.',
      topics: Object.entries(stepKinds).map(([name, kind]) => kindTopic(name, kind)),
    },
    {
      page: 'step-keys',
      title: 'Keys of every step',
      introduction: 'What a step may have beside its kind.',
      topics: keyTopics('step', { ...everyStepProperties, with: withProperty }, languageRoot),
    },
    {
      page: 'matchers',
      title: 'Matchers',
      introduction: 'What may stand on the right side of an expectation. Several in one mapping must all hold.',
      topics: Object.entries(matchers).map(([name, { summary, schema, example }]) => {
        const form = describeForm(schema)
        return {
          name: `matcher.${name}`,
          summary,
          paragraphs: [`Takes ${form === '' ? 'any value' : form}.`],
          example: `expect:\n  ${example}`,
        }
      }),
    },
    {
      page: 'scenario-files',
      title: 'Scenario files',
      introduction: 'The keys of a scenario, and of a file of reusable steps that scenarios run with `use`.',
      topics: [...fileTopics('scenario', scenarioProperties), ...fileTopics('step-file', stepFileProperties)],
    },
  ]
}

function kindTopic(name: string, { summary, schema, host, implies, asserts, pollable, results, example }: StepKind): Topic {
  const form = describeForm(schema)
  const implied = Object.entries(implies).map(([key, value]) => `\`${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}\``)
  const hosts = {
    required: '`host:` says where it acts.',
    optional: '`host:` may say where it acts.',
    none: 'It takes no `host:`.',
  }[host]
  const expectations = [
    ...(implied.length > 0 ? [`Unless the step says otherwise, it expects ${implied.join(', ')}.`] : []),
    ...(asserts ? ['It asserts by itself, without `expect:`.'] : []),
    ...(pollable === true ? ['It may be polled beside steps: `invariants:`, `while:`.'] : []),
  ]
  return {
    name: `step.${name}`,
    summary,
    paragraphs: [
      `${schema['description'] as string}${form === '' || form === 'a mapping' ? '' : ` Form: ${form}.`}`,
      [hosts, ...expectations].join(' '),
    ],
    lists: [listKeys(`step.${name}`, schema), { title: 'Result, for `expect` and `capture`', items: resultItems(results) }],
    example,
  }
}

function resultItems(results: StepKind['results']): readonly TopicItem[] {
  return Object.entries(results).map(([name, meaning]) => ({ name, meaning }))
}

function fileTopics(prefix: string, properties: Readonly<Record<string, JsonObject>>): readonly Topic[] {
  return keyTopics(prefix, properties, languageRoot)
}
