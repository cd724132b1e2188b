import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { commands } from '../../../cli/commands/index.ts'
import { environmentMeanings } from '../../../cli/environment.ts'
import { referenceChapters } from '../../../cli/reference/chapters.ts'
import { explainName } from '../../../cli/reference/explain.ts'
import { runCommandLine } from '../../../cli/program.ts'
import { matchers } from '../../../runner/matchers/index.ts'
import { reporterKinds } from '../../../runner/reporters/index.ts'
import { stepKinds } from '../../../runner/steps/index.ts'
import { loadScenario } from '../../../schemas/language/load-scenario.ts'
import { problemCodes } from '../../../schemas/problem-codes.ts'
import { groupNames, machineNames, roleNames } from '../../../schemas/roles/index.ts'
import { renderReference } from '../../../setup/write-docs.ts'
import { recordTerminal } from '../terminal.ts'

const never = new AbortController().signal
const chapters = await referenceChapters(commands)
const topics = chapters.flatMap((chapter) => chapter.topics)

async function explain(...words: readonly string[]) {
  const { terminal, out, err } = recordTerminal()
  const code = await runCommandLine(['explain', ...words], commands, { terminal, signal: never, abandon: never, cwd: '.', version: '0' })
  return { code, out: out(), err: err() }
}

function readSources(folder: string): string {
  const entries = readdirSync(new URL(`../../../${folder}/`, import.meta.url), { recursive: true, encoding: 'utf8' })
  return entries
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(`../../../${folder}/${name}`, import.meta.url), 'utf8'))
    .join('\n')
}

t.test('whatever is registered is explained, in the words of the reference', async (t) => {
  const reference = Object.values(await renderReference()).join('\n')
  const registered = [
    ...Object.keys(stepKinds).map((name) => `step.${name}`),
    ...Object.keys(matchers).map((name) => `matcher.${name}`),
    ...Object.keys(reporterKinds).map((name) => `reporter.${name}`),
    ...commands.map(({ name }) => `command.${name}`),
    ...Object.keys(problemCodes).map((name) => `problem.${name}`),
    ...roleNames.map((name) => `role.${name}`),
  ]
  const keys = topics.flatMap(({ name: owner, lists = [] }) =>
    lists.flatMap(({ items }) => items.map(({ name }) => name).filter((name) => name.startsWith(`${owner}.`))),
  )
  const named = new Set([...registered, ...topics.map(({ name }) => name), ...keys])
  for (const name of named) {
    const found = explainName(chapters, name)
    const text = 'text' in found ? found.text : ''
    t.ok(text.replaceAll('`', '').startsWith(name), `${name} itself`)
    t.ok(reference.includes(text), `${name} reads as in the reference`)
  }
  // A folder of that name is no file to explain: there is one called lab where this is typed.
  for (const name of ['step.reach', 'matcher.each', 'agents.capacity', 'step.until.within', 'step.reach.from', 'exit.3', 'lab']) {
    t.ok(named.has(name), name)
    const { code, out } = await explain(name)
    t.equal(code, 0, name)
    t.same({ text: out.trimEnd() }, explainName(chapters, name), 'the command prints it')
  }
  const long = await explain('a'.repeat(300))
  t.match(long, { code: 2, err: /there is no topic "a+"/ }, 'what can be no path is no file')
  t.match((await explain('roles.titusmaster.allow')).out, 'roles.NAME.allow', 'a name of the writer stands for any')
})

t.test('a bare explain lists the topics, a first word its own', async (t) => {
  const all = await explain()
  for (const { name } of topics) t.match(all.out, `\n  ${name}\n`.trimEnd(), name)
  const { out } = await explain('matcher')
  t.equal(out.trim().split('\n').length, Object.keys(matchers).length)
  t.match(out, 'matcher.gte: A number at least this one.')
})

t.test('an unknown topic ends with 2 and the nearest one', async (t) => {
  t.match(await explain('step.raech'), { code: 2, err: 'did you mean "step.reach"?' })
  t.match(await explain('reach'), { code: 2, err: 'did you mean "step.reach"?' }, 'also where a word of it was typed')
  t.match(await explain('nothing.of.ours'), { code: 2, err: 'titus-bed explain lists them' })
})

t.test('no topic and no key is without its meaning', async (t) => {
  t.equal(new Set(topics.map(({ name }) => name)).size, topics.length, 'every name once')
  for (const { name, summary, lists = [] } of topics) {
    t.match(summary, /^[A-Z`"].*\.$/, `${name} is told in a sentence`)
    for (const item of lists.flatMap(({ items }) => items)) t.not(item.meaning, '', `${name}: ${item.name}`)
  }
})

t.test('the examples of steps and matchers are sound', async (t) => {
  const acting = { run: 'run: date', http: "http: { get: 'http://localhost/' }" }
  const steps = Object.entries(stepKinds).map(([name, { example }]) => [name, example.trim()] as const)
  const expectations = Object.entries(matchers).map(([name, { example }]) => {
    const [first = ''] = example.split(/\W/)
    const kind = Object.hasOwn(stepKinds['run']?.results ?? {}, first) ? 'run' : 'http'
    return [name, `host: gateway\n${acting[kind]}\nexpect:\n  ${example}`] as const
  })
  for (const [name, step] of [...steps, ...expectations]) {
    const text = `scenario: an example\nsteps:\n  - assert: { testbed.target: lab }\n  - ${step.replaceAll('\n', '\n    ')}\n`
    const { problems } = await loadScenario({
      file: 'scenarios/example.yaml',
      text,
      kinds: stepKinds,
      matchers,
      readFile: async (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8'),
      hosts: { machines: machineNames, groups: groupNames },
    })
    t.strictSame(problems, [], name)
  }
})

t.test('the environment variables that are explained are those that are read', async (t) => {
  const text = ['cli', 'stack', 'lab'].map(readSources).join('\n')
  for (const name of Object.keys(environmentMeanings)) t.match(text, `env['${name}']`, name)
  const read = [...text.matchAll(/env\['([A-Z_]+)'\](?! =)/g)].map(([, name = '']) => name)
  const own = ['TITUS_BED_GROUP']
  t.strictSame(
    [...new Set(read)].filter((name) => !(name in environmentMeanings) && !own.includes(name)),
    [],
  )
})

t.test('on a narrow terminal sentences are broken between words, and examples are not', async (t) => {
  const { terminal, out } = recordTerminal({ out: true, err: true, columns: 60, env: { NO_COLOR: '1' } })
  await runCommandLine(['explain', 'step.copy'], commands, { terminal, signal: never, abandon: never, cwd: '.', version: '0' })
  const wide = (await explain('step.copy')).out
  t.equal(out().replaceAll(/\s+/g, ' '), wide.replaceAll(/\s+/g, ' '), 'nothing is lost')
  const tooWide = out()
    .split('\n')
    .filter((line) => line.length > 60 && !line.startsWith('    '))
  t.same(tooWide, [])
  t.match(out(), '    copy: { text: hello, to: /tmp/page.html, mode: 0640 }\n')
})
