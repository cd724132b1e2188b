import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadScenarioFiles } from '../../cli/files/load-files.ts'
import { commands } from '../../cli/commands/index.ts'
import { runCommandLine } from '../../cli/program.ts'
import { typeCommand } from '../cli/type-command.ts'
import { recordTerminal } from '../cli/terminal.ts'
import { run } from '../runner/local-run.ts'
import { readPages, root } from './pages.ts'

const names = readdirSync(`${root}examples`, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'))
const never = new AbortController().signal

t.test('the examples are valid, and each is told of', async (t) => {
  const { terminal, out, err } = recordTerminal()
  const argv = ['validate', ...names.map((name) => join('examples', name))]
  const context = { terminal, signal: never, abandon: never, cwd: root, version: '0' }
  t.equal(await runCommandLine(argv, commands, context), 0, err())
  t.match(out(), `${names.length} files are valid`)
  for (const name of names) t.match(readPages()['examples/README.md'] ?? '', `(${name})`, name)
})

t.test('the example of a project file counts where it stands', async (t) => {
  const { code, out } = await typeCommand(join(root, 'examples'), 'list', '.')
  t.equal(code, 0)
  t.match(out, 'first steps, on this computer')
  t.notMatch(out, 'gateway', 'those without its tag are left out')
  t.match((await typeCommand(join(root, 'examples'), 'list', '--no-config', '.')).out, 'gateway')
})

t.test('the examples that need no testbed hold', async (t) => {
  process.env['GREETER_TOKEN'] = 'tell-nobody'
  t.teardown(() => delete process.env['GREETER_TOKEN'])
  const files = names.filter((name) => !name.startsWith('lib/')).map((name) => join('examples', name))
  const { scenarios } = await loadScenarioFiles(
    files.filter((name) => !/cluster|testbeds|agents|titus-bed/.test(name)),
    root,
  )
  const local = scenarios.filter(({ tags }) => tags.includes('local'))
  t.equal(local.length, 14)
  const { report } = await run(local, { options: { secrets: { GREETER_TOKEN: 'tell-nobody' } } })
  t.strictSame(
    report.scenarios.map(({ name, outcome }) => `${name}: ${outcome}`).toSorted(),
    local.map(({ name }) => `${name}: passed`).toSorted(),
    'each, whatever the order in which they need each other',
  )
})
