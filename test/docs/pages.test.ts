import { readFile } from 'node:fs/promises'
import t from 'tap'
import { parse } from 'yaml'
import { commands } from '../../cli/commands/index.ts'
import type { Command } from '../../cli/command.ts'
import { runCommandLine } from '../../cli/program.ts'
import { matchers } from '../../runner/matchers/index.ts'
import { stepKinds } from '../../runner/steps/index.ts'
import { loadCluster } from '../../schemas/cluster-rules/load-cluster.ts'
import { loadHostsFile } from '../../schemas/hosts-file/load-hosts-file.ts'
import { loadProject } from '../../schemas/language/load-project.ts'
import { checkStepFile, loadScenario } from '../../schemas/language/load-scenario.ts'
import type { Problem } from '../../schemas/problem.ts'
import { groupNames, machineNames } from '../../schemas/roles/index.ts'
import { splitWords } from '../../system/split-words.ts'
import { parts } from '../architecture/rules.ts'
import { recordTerminal } from '../cli/terminal.ts'
import { blocksOf, brokenLinks, readPages, root } from './pages.ts'

const pages = Object.entries(readPages())
const never = new AbortController().signal

/** What the loader says of an example: a whole file, or a list of steps. */
async function problemsOf(text: string): Promise<readonly Problem[]> {
  const whole = /^- /m.test(text) && !/^\w/m.test(text) ? `scenario: an example\nsteps:\n${text}` : text
  const file = 'scenarios/example.yaml'
  const source = {
    file,
    text: whole,
    kinds: stepKinds,
    matchers,
    hosts: { machines: machineNames, groups: groupNames },
    readFile: (path: string) => readFile(root + path, 'utf8'),
  }
  if (/^scenario:/m.test(whole)) return (await loadScenario(source)).problems
  if (/^steps:/m.test(whole)) return checkStepFile(source)
  if (/^hosts:/m.test(whole))
    return loadHostsFile(whole, file, { name: 'x', user: 'me', pathOf: (path) => path, readText: () => '* ssh-rsa AAAA' }).problems
  if (whole.includes('project.schema.json')) return loadProject(whole, 'titus-bed.yaml').problems
  return loadCluster(whole, file).problems
}

/** The command lines of titus-bed in a block, without what a shell does around them. */
function commandLines(block: string): readonly string[] {
  return block
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, ''))
    .flatMap((line) => /^(?:sudo -E env "PATH=\$PATH" )?(?:npx )?titus-bed (.*?)(?: [>|&].*)?$/.exec(line)?.[1] ?? [])
}

/** The real command line, with commands that do nothing. @returns what is wrong */
async function typed(line: string): Promise<string> {
  const words = splitWords(line)
  if ('message' in words) return words.message
  const idle = commands.map(({ load, ...named }): Command => ({
    ...named,
    load: async () => ({ command: { ...(await load()).command, run: async () => 0 } }),
  }))
  const { terminal, err } = recordTerminal()
  const argv = words.map(({ text }) => text)
  const code = await runCommandLine(argv, idle, { terminal, signal: never, abandon: never, cwd: '.', version: '0' })
  return code === 0 ? '' : err()
}

t.test('every YAML example is one that the loader takes', async (t) => {
  let count = 0
  for (const [path, page] of pages)
    for (const block of blocksOf(page, 'yaml')) {
      count += 1
      const problems = await problemsOf(block)
      t.strictSame(
        problems.filter(({ severity }) => severity === 'error'),
        [],
        `${path}: ${block}`,
      )
    }
  t.ok(count > 10, `${count} examples`)
  t.not((await problemsOf('- run: date\n  hots: gateway\n')).length, 0, 'a wrong one is seen')
})

t.test('every command line that is shown is one that is taken', async (t) => {
  const lines = pages.flatMap(([path, page]) =>
    blocksOf(page, 'sh').flatMap((block) => commandLines(block).map((line) => [path, line] as const)),
  )
  for (const [path, line] of lines) t.equal(await typed(line), '', `${path}: titus-bed ${line}`)
  t.ok(lines.length > 20, `${lines.length} lines`)
  t.not(await typed('test --cel m5.large'), '', 'a wrong one is seen')
})

t.test('every command line of the pipelines that are shown is one that is taken', async (t) => {
  for (const path of ['.github/workflows/matrix.yml', 'docs/gitlab-ci.yml']) {
    const lines = scriptsIn(parse(await readFile(root + path, 'utf8'))).flatMap((script) => commandLines(script.replaceAll(/\$\w+/g, 'x')))
    t.ok(lines.length >= 2, `${path}: ${lines.length} lines`)
    for (const line of lines) t.equal(await typed(line), '', `${path}: titus-bed ${line}`)
  }
})

/** The texts of a value that are lines of a shell. */
function scriptsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.includes('titus-bed ') ? [value] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(scriptsIn) : []
}

t.test('every npm script that is named exists', async (t) => {
  const { scripts } = JSON.parse(await readFile(`${root}package.json`, 'utf8')) as { scripts: Readonly<Record<string, string>> }
  for (const [path, page] of pages)
    for (const [, name = ''] of page.matchAll(/npm run (?:-\S+ )*([\w-]+)/g)) t.ok(Object.hasOwn(scripts, name), `${path}: npm run ${name}`)
})

t.test('what the README says that CI runs is what it runs', async (t) => {
  const [, command = ''] = /^(npm .*?) +# what CI runs/m.exec(readPages()['README.md'] ?? '') ?? []
  t.not(command, '')
  for (const path of ['.ci/run', '.github/workflows/ci.yml'])
    t.ok(
      (await readFile(root + path, 'utf8')).split('\n').some((line) => line.endsWith(command)),
      path,
    )
})

t.test('the table of imports is that of the rules', async (t) => {
  const page = readPages()['docs/architecture.md'] ?? ''
  const rows = [...page.matchAll(/^\| `(\w+)` \|.*\| ([^|]*) \|$/gm)].map(([, part = '', may = '']) => [
    part,
    may === 'nothing' ? [] : may.split(', '),
  ])
  t.strictSame(Object.fromEntries(rows), parts)
})

t.test('every link leads somewhere', async (t) => {
  for (const [path, page] of pages) t.strictSame(brokenLinks(path, page), [], path)
  t.strictSame(brokenLinks('README.md', 'see [x](nowhere.md) and [y](README.md#nowhere)'), ['nowhere.md', 'README.md#nowhere'])
})
