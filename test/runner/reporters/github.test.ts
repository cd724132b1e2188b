import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openReporting } from '../../../cli/running/reporting.ts'
import { countSteps, emptyReport, foldEvent } from '../../../runner/report.ts'
import { github } from '../../../runner/reporters/github.ts'
import { plainPalette } from '../../../runner/reporters/reporter.ts'
import type { Event } from '../../../schemas/event.ts'
import { recordTerminal } from '../../cli/terminal.ts'
import { sampleRun } from './html/sample-run.ts'
import { nastyRun } from './nasty-run.ts'

function write(events: readonly Event[]): string {
  const reporter = github.create({ source: () => undefined, palette: plainPalette, again: (files) => files.join(' ') })
  const said = events.map((event) => reporter.onEvent?.(event) ?? '').join('')
  return said + (reporter.finish?.(events.reduce(foldEvent, emptyReport)) ?? '')
}

/** What the runner of GitHub takes for commands: it looks behind blanks, and at nothing from `stop-commands` on until the token comes. */
function commandsIn(text: string): readonly string[] {
  let token: string | undefined
  const commands: string[] = []
  for (const line of text.split('\n').map((each) => each.trim())) {
    const [, stop] = /^::stop-commands::(.*)$/.exec(line) ?? []
    if (token !== undefined && line === `::${token}::`) token = undefined
    else if (token === undefined && stop !== undefined) token = stop
    else if (token === undefined && line.startsWith('::')) commands.push(line)
  }
  return commands
}

t.test('each thing that did not pass is told at its line', async (t) => {
  const text = write(sampleRun)
  t.match(text, /^ {2}not ok the bastion gets the page/m, 'the lines of spec')
  const commands = commandsIn(text)
  t.same(commands.slice(0, 2), [
    '::error file=scenarios/nginx.yaml,line=6,col=15,title=nginx answers on its own VPC address › the bastion gets the page::status: expected 200, got 404',
    '::error file=scenarios/nginx.yaml,line=6,col=15,title=nginx answers on its own VPC address › the bastion gets the page::body: differs from what is expected%0A-<h1>Welcome</h1>%0A+<h1>Not found</h1>%0A to nginx',
  ])
  t.match(
    commands.at(-1),
    /^::warning .*title=nginx answers .*a log line is there::exit: expected 0, got 1$/,
    'what does not decide is a warning',
  )
  t.equal(commands.filter((line) => line.startsWith('::error ')).length, 5)
})

t.test('nothing that a machine wrote is a command', async (t) => {
  const forged = '::add-mask::a\n  ::error file=x::forged\n::stop-commands::x\n::x::'
  const events = [...Array.from({ length: 20 }, (_, seed) => nastyRun(seed)), sampleRun].map((run) =>
    run.map((event): Event =>
      event.type === 'step-ended'
        ? { ...event, step: { ...event.step, name: `${event.step.name} ${forged}`, result: { stdout: forged } } }
        : event,
    ),
  )
  for (const run of events) {
    const commands = commandsIn(write(run))
    for (const line of commands) t.match(line, /^::(error|warning) (file=[^:,\n]*,line=\d+,col=\d+,)?title=[^:,\n]*::/)
    t.ok(commands.length <= 20, 'as many as are shown')
  }
})

t.test('the summary of the job counts as the report does, and shows texts as they are', async (t) => {
  for (let seed = 0; seed < 20; seed += 1) {
    const report = nastyRun(seed).reduce(foldEvent, emptyReport)
    const page = github.besides?.render(report) ?? ''
    const steps = Object.entries(countSteps(report)).filter(([, count]) => count > 0)
    t.ok(page.includes(`steps: ${steps.map(([standing, count]) => `${count} ${standing}`).join(', ') || 'none'};`))
    const [, scenarios = ''] = /### Scenarios\n\n[^]*?\n\|[- |]*\n([^]*)$/.exec(page) ?? []
    t.equal(scenarios.trimEnd().split('\n').length, report.scenarios.length, 'a row each, whatever its name is')
    for (const row of scenarios.trimEnd().split('\n')) t.equal(row.split('|').length, 6)
    t.notMatch(page.replaceAll(/&#\d+;/g, ''), /[<`*_[\]@]/, 'no mark of Markdown comes from a run')
  }
})

t.test('it is added to the file that GitHub names', async (t) => {
  const file = join(t.testdir({}), 'summary.md')
  writeFileSync(file, 'of another step\n')
  const before = process.env['GITHUB_STEP_SUMMARY']
  process.env['GITHUB_STEP_SUMMARY'] = file
  t.teardown(() => (before === undefined ? delete process.env['GITHUB_STEP_SUMMARY'] : (process.env['GITHUB_STEP_SUMMARY'] = before)))
  const { terminal, out } = recordTerminal()
  const reporting = openReporting([{ name: 'github', kind: github, target: { kind: 'output' } }], terminal, {
    source: () => undefined,
    again: () => '',
  })
  sampleRun.forEach(reporting.onEvent)
  reporting.finish()
  t.match(readFileSync(file, 'utf8'), /^of another step\n## ⚠️ titus \(lab\): errored\n/)
  t.match(out(), /::error file=scenarios/)
})
