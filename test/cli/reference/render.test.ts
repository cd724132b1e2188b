import t from 'tap'
import type { CommandDefinition } from '../../../cli/command.ts'
import { commandChapter } from '../../../cli/reference/commands.ts'
import { explainName } from '../../../cli/reference/explain.ts'
import { describeForm, describeValue } from '../../../cli/reference/form.ts'
import { keyTopics, listKeys } from '../../../cli/reference/keys.ts'
import { anchorOf, renderContents, renderItem, renderPage, renderTopic } from '../../../cli/reference/render.ts'
import type { Chapter } from '../../../cli/reference/topic.ts'
import { durationForm, durationPattern } from '../../../schemas/duration.ts'
import type { JsonObject } from '../../../schemas/json.ts'

t.test('what may stand somewhere is told in words', async (t) => {
  for (const [schema, words] of [
    [{ type: 'string' }, 'text'],
    [{ type: ['string', 'null'] }, 'text or null'],
    [{ type: 'integer', minimum: 8, maximum: 16_384 }, 'a whole number from 8 to 16384'],
    [{ type: 'integer', minimum: 1 }, 'a whole number'],
    [{ enum: ['lab', 'aws'] }, '`lab` or `aws`'],
    [{ const: 7 }, '`7`'],
    [{ type: 'string', pattern: durationPattern }, durationForm],
    [{ type: 'string', pattern: '^x$', patternErrorMessage: 'an x' }, 'an x'],
    [{ anyOf: [{ type: 'string' }, { type: 'boolean' }, { type: 'string' }] }, 'text or true or false'],
    [{ oneOf: [{ const: 'auto' }, { type: 'object' }] }, '`auto` or a mapping'],
    [{}, ''],
    [{ anyOf: [{}] }, ''],
  ] as const) {
    t.equal(describeValue(schema as unknown as JsonObject), words, JSON.stringify(schema))
  }
  t.equal(describeForm({ type: 'integer', minimum: 8, maximum: 99, default: 30 }), 'a whole number from 8 to 99; by default `30`')
  t.equal(describeForm({ type: 'string' }, true), 'text; required')
  t.equal(describeForm({ type: 'object', default: {} }), 'a mapping', 'a default that is a mapping says nothing')
  t.equal(describeForm({ default: 'x' }), 'by default `x`')
})

const capacity: JsonObject = {
  type: 'object',
  description: 'How many.',
  required: ['min'],
  properties: { min: { type: 'integer', description: 'The least.' }, max: { $ref: '#/definitions/count' } },
}
const root: JsonObject = {
  definitions: { count: { type: 'integer', description: 'The most.', default: 1 } },
  properties: {
    agents: { type: 'object', description: 'The agents.', properties: { capacity, name: { type: 'string', description: 'Their name.' } } },
    roles: {
      type: 'object',
      description: 'The roles.',
      additionalProperties: { type: 'object', properties: { allow: { type: 'array', description: 'What it may.' } } },
    },
    region: { type: 'string', description: 'Where.', default: 'eu-west-1' },
  },
}

t.test('the keys of a mapping: what may stand under each, and what it means, also where a definition says so', async (t) => {
  t.same(listKeys('agents.capacity', capacity, root).items, [
    { name: 'agents.capacity.min', form: 'a whole number; required', meaning: 'The least.' },
    { name: 'agents.capacity.max', form: describeForm({ $ref: '#/definitions/count' }), meaning: 'The most.' },
  ])
  t.same(listKeys('region', { type: 'string' }).items, [])
})

t.test('a file has a topic for each key, those of a mapping behind it, and NAME for what its writer chooses', async (t) => {
  const topics = keyTopics('', root['properties'] as JsonObject, root)
  t.same(
    topics.map(({ name }) => name),
    ['agents', 'agents.capacity', 'roles', 'roles.NAME', 'region'],
  )
  t.match(topics.at(-1), { summary: 'Where.', paragraphs: ['Form: text; by default `eu-west-1`.'], lists: [{ items: [] }] })
  t.same(topics[0]?.paragraphs, [], 'a mapping is told by its keys')
  t.same(
    topics[3]?.lists?.[0]?.items.map(({ name }) => name),
    ['roles.NAME.allow'],
  )
})

const chapters: readonly Chapter[] = [
  {
    page: 'steps',
    title: 'Steps',
    introduction: 'What a step does.',
    topics: [
      {
        name: 'step.reach',
        summary: 'A grid.',
        paragraphs: ['More.'],
        lists: [
          { title: 'Keys', items: [{ name: 'step.reach.from', form: 'a list; required', meaning: 'Whence.' }] },
          { title: 'Results', items: [] },
          { title: 'Facts', items: [{ name: 'cells', meaning: 'What was found.' }] },
        ],
        example: 'reach:\n  from: [a]\n\n  to: {}\n',
      },
      { name: 'step.run', summary: 'A command.' },
    ],
  },
  { page: 'keys', title: 'Keys', introduction: 'Keys.', topics: [{ name: 'roles.NAME.allow', summary: 'What it may.' }] },
]

const reach = `step.reach

A grid.

More.

Keys:

- \`step.reach.from\` (a list; required): Whence.

Facts:

- \`cells\`: What was found.

    reach:
      from: [a]

      to: {}`

t.test('a topic reads well as it is, and as Markdown', async (t) => {
  const [topic] = chapters[0]?.topics ?? []
  if (topic === undefined) return t.fail('no topic')
  t.equal(renderTopic(topic), reach)
  t.equal(renderTopic({ name: 'a', summary: 'B.' }), 'a\n\nB.')
  t.equal(renderItem({ name: 'a', form: '', meaning: 'b' }), '`a`: b')
})

t.test('a page has its notice, its title and a heading for each topic; the contents lead to all of them', async (t) => {
  const [page] = chapters
  if (page === undefined) return t.fail('no page')
  const text = renderPage(page)
  t.match(text, /^<!-- Written by npm run docs\.[^\n]*-->\n\n# Steps\n\nWhat a step does\.\n\n## step\.reach\n\nA grid\./)
  t.match(text, /\n## step\.run\n\nA command\.\n$/)
  const contents = renderContents(chapters)
  t.match(contents, '## [Steps](steps.md)\n\n[step.reach](steps.md#stepreach) · [step.run](steps.md#steprun)')
  t.match(contents, '[roles.NAME.allow](keys.md#rolesnameallow)')
  t.ok(contents.endsWith('\n') && !contents.endsWith('\n\n'))
})

t.test('an anchor is what a viewer of Markdown makes of a heading', async (t) => {
  for (const [heading, anchor] of [
    ['step.reach', 'stepreach'],
    ['exit.3', 'exit3'],
    ['Keys of every step', 'keys-of-every-step'],
    ['environment.NO_COLOR', 'environmentno_color'],
    ['command.ssh-config', 'commandssh-config'],
  ] as const) {
    t.equal(anchorOf(heading), anchor)
  }
})

t.test('a name explains a topic, a key of one, or a family; an unknown one the nearest', async (t) => {
  const told = (name?: string) => {
    const found = explainName(chapters, name)
    return 'text' in found ? found.text : `nearest: ${found.nearest}`
  }
  t.equal(told(), 'Steps:\n  step.reach\n  step.run\n\nKeys:\n  roles.NAME.allow')
  t.equal(told('step.reach'), reach)
  t.equal(told('step.reach.from'), '`step.reach.from` (a list; required): Whence.')
  t.equal(told('step'), 'step.reach: A grid.\nstep.run: A command.')
  t.match(told('roles.titusmaster.allow'), 'roles.NAME.allow', 'a name that the writer chose')
  t.equal(told('step.raech'), 'nearest: step.reach')
  t.equal(told('reach'), 'nearest: step.reach')
  t.equal(told('stpe'), 'nearest: step')
  t.equal(told('cells'), 'nearest: undefined', 'a fact is no topic')
  t.equal(told('quite.another.thing'), 'nearest: undefined')
})

t.test('a command is told with its arguments, its options with their defaults, and lines to type', async (t) => {
  const command: CommandDefinition = {
    arguments: [{ name: '<host>', description: 'which one' }],
    description: 'Know this.',
    options: [
      { flags: '--json', description: 'as JSON' },
      { flags: '--timeout <seconds>', description: 'how long', default: '600' },
    ],
    examples: [
      ['titus-bed probe here', 'looks'],
      ['titus-bed probe', 'asks'],
    ],
    run: async () => 0,
  }
  const { topics } = await commandChapter([{ name: 'probe', summary: 'look at a host', load: async () => ({ command }) }])
  t.match(topics, [
    {
      name: 'command.probe',
      summary: 'Look at a host.',
      paragraphs: ['Know this.'],
      lists: [
        { title: 'Arguments', items: [{ name: '<host>', meaning: 'which one' }] },
        { title: 'Options', items: [{ name: '--json' }, { name: '--timeout <seconds>', form: 'by default `600`' }] },
      ],
      example: 'titus-bed probe here  # looks\ntitus-bed probe       # asks',
    },
  ])
})
