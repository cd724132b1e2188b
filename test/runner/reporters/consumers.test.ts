import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { Parser } from 'tap-parser'
import { validateXML } from 'xmllint-wasm'
import { countSteps, emptyReport, unmetClaims, foldEvent } from '../../../runner/report.ts'
import type { RunReport } from '../../../runner/report.ts'
import type { PageData } from '../../../runner/reporters/html/page-data.ts'
import { renderSummaryPage } from '../../../runner/reporters/markdown.ts'
import { reporterKinds } from '../../../runner/reporters/index.ts'
import { plainPalette } from '../../../runner/reporters/reporter.ts'
import type { Event } from '../../../schemas/event.ts'
import { nastyRun } from './nasty-run.ts'

/** What others make of our reports: each run has all that a report may stumble over. */
const runs = Array.from({ length: 40 }, (_, seed) => lose(seed % 3, nastyRun(seed))).map((events) => {
  return { events, report: events.reduce(foldEvent, emptyReport) }
})

/** The same run without some of its parts. */
function lose(parts: number, events: readonly Event[]): readonly Event[] {
  const [begin] = events
  const text = begin?.type === 'run-started' ? begin.testbed : ''
  const missing = Array.from({ length: parts }, () => `a part is missing: ${text}`)
  return events.map((event) => (event.type === 'run-ended' && parts > 0 ? { ...event, missing } : event))
}

/** The whole text of a report. */
function write(name: string, events: readonly Event[]): string {
  const reporter = reporterKinds[name]?.create({ source: () => undefined, palette: plainPalette, again: (files) => files.join(' ') })
  const said = events.map((event) => reporter?.onEvent?.(event) ?? '').join('')
  return said + (reporter?.finish?.(events.reduce(foldEvent, emptyReport)) ?? '')
}

/** How many points or cases a list has: one for each step, and one for a scenario that says something of its own. */
function sizeOf(report: RunReport): number {
  const own = report.scenarios.filter(({ problem }) => problem !== undefined).length
  return report.scenarios.flatMap(({ steps }) => steps).length + own + unmetClaims(report).length
}

const folder = mkdtempSync(join(tmpdir(), 'titus-bed-reports-'))
t.teardown(() => rmSync(folder, { recursive: true }))

/** The parser that `prove` stands on says what it counts, and what it cannot read. */
const countPoints = `
use TAP::Parser;
for my $file (@ARGV) {
  open my $handle, '<', $file or die; local $/; my $tap = <$handle>;
  my $parser = TAP::Parser->new({ tap => $tap });
  my ($yaml, $unknown) = (0, 0);
  while (my $result = $parser->next) { $yaml++ if $result->is_yaml; $unknown++ if $result->is_unknown }
  print join(' ', $parser->tests_run, scalar $parser->actual_failed, scalar $parser->skipped, scalar $parser->todo, scalar($parser->parse_errors), $yaml, $unknown, $parser->is_good_plan ? 1 : 0), "\\n";
}`

t.test('tap13: the parser of prove reads all of it, and counts as we do', async (t) => {
  const files = runs.map(({ events }, index) => {
    const file = join(folder, `${index}.tap13`)
    writeFileSync(file, write('tap13', events))
    return file
  })
  const lines = execFileSync('perl', ['-e', countPoints, ...files], { encoding: 'utf8' })
    .trim()
    .split('\n')
  const expected = runs.map(({ report }) => {
    const { failed, errored, skipped, soft } = countSteps(report)
    const own = report.scenarios.filter(({ problem }) => problem !== undefined).length
    const red = failed + errored + soft + own + unmetClaims(report).length
    return `${sizeOf(report)} ${red} ${skipped} ${soft} 0 ${red} 0 1`
  })
  t.same(lines, expected)
})

/** A run of one step that passed. */
const greenRun: readonly Event[] = (() => {
  const [begin, ...rest] = runs[0]?.events ?? []
  const end = rest.at(-1)
  if (begin?.type !== 'run-started' || end?.type !== 'run-ended') throw new Error('no whole run')
  const scenario = 'it holds'
  const place = { file: 'a.yaml', line: 1, column: 1, length: 1 }
  const check = { subject: 'exit', passed: true, implied: true, expected: 0, actual: 0, explanation: '', place } as const
  const step = {
    path: [0],
    name: 'a # b',
    kind: 'run',
    place,
    outcome: 'passed',
    soft: false,
    durationMs: 1,
    attempts: 1,
    checks: [check],
  } as const
  const { at, run } = begin
  return [
    begin,
    { at, run, type: 'scenario-started', scenario, file: 'a.yaml', steps: 1 },
    { at, run, type: 'step-ended', scenario, step },
    { at, run, type: 'scenario-ended', scenario, file: 'a.yaml', outcome: 'passed', durationMs: 1 },
    { ...end, outcome: 'passed', assertions: 1 },
  ]
})()

t.test('tap13: prove itself gives the verdict', async (t) => {
  const prove = (events: readonly Event[]) => {
    writeFileSync(join(folder, 'one.tap'), write('tap13', events))
    return spawnSync('prove', ['--exec', 'cat', join(folder, 'one.tap')], { encoding: 'utf8' })
  }
  const passed = prove(greenRun)
  t.equal(passed.status, 0, passed.stderr)
  t.match(passed.stdout, /Files=1, Tests=1,[^]*Result: PASS/)
  const red = greenRun.map((event): Event =>
    event.type === 'step-ended' ? { ...event, step: { ...event.step, outcome: 'failed' } } : event,
  )
  const failed = prove(red)
  t.not(failed.status, 0)
  t.match(failed.stdout, /Failed test:  1[^]*Result: FAIL/)
})

interface Counted {
  readonly count: number
  readonly pass: number
  readonly fail: number
  readonly skip: number
  readonly todo: number
}

/** What tap-parser makes of a document, and of the subtests in it. */
function parseTap(text: string): {
  readonly top: Counted
  readonly subtests: readonly Counted[]
  readonly problems: readonly unknown[]
  readonly ids: readonly number[]
} {
  const parser = new Parser({ strict: true })
  const subtests: Counted[] = []
  const problems: unknown[] = []
  const ids: number[] = []
  let top: Counted = { count: 0, pass: 0, fail: 0, skip: 0, todo: 0 }
  const watch = (inner: Parser) => {
    inner.on('complete', ({ count, pass, fail, skip, todo, failures }) => {
      const counted = { count, pass, fail, skip, todo }
      problems.push(...failures.filter((failure: object) => 'tapError' in failure && failure.tapError !== null))
      if (inner === parser) top = counted
      else subtests.push(counted)
    })
    inner.on('child', watch)
  }
  watch(parser)
  parser.on('assert', ({ id }) => ids.push(id))
  parser.end(text)
  return { top, subtests, problems, ids }
}

t.test('tap: tap-parser reads all of it strictly, counts as we do, and finds the numbers rising', async (t) => {
  for (const { events, report } of runs) {
    const { top, subtests, problems, ids } = parseTap(write('tap', events))
    t.same(problems, [])
    const { length } = report.scenarios
    t.equal(top.count, length + unmetClaims(report).length)
    t.same(
      ids,
      Array.from({ length: top.count }, (_, index) => index + 1),
    )
    t.equal(top.fail, report.counts.failed + report.counts.errored + unmetClaims(report).length)
    const sum = (key: keyof Counted) => subtests.reduce((total, counted) => total + counted[key], 0)
    const { failed, errored, skipped, soft } = countSteps(report)
    t.same([sum('count'), sum('skip'), sum('todo')], [report.scenarios.flatMap(({ steps }) => steps).length, skipped, soft])
    t.equal(sum('fail'), failed + errored + soft, 'a point that is not ok counts, also one to be done')
  }
})

/** The schema of Jenkins, and what its later versions and other consumers read besides: `file` and `line` of a case, the reason of a skip. */
const schema = readFileSync(new URL('../../fixtures/junit/junit-4.xsd', import.meta.url), 'utf8')
  .replace(
    '<xs:element name="skipped" type="xs:string"/>',
    '<xs:element name="skipped"><xs:complexType><xs:attribute name="message" type="xs:string" use="required"/></xs:complexType></xs:element>',
  )
  .replace(
    /(<xs:element name="testcase">[^]*?)(<xs:attribute name="name")/,
    '$1<xs:attribute name="file" type="xs:string"/><xs:attribute name="line" type="xs:positiveInteger"/>$2',
  )

t.test('JUnit: xmllint finds it valid under the schema of Jenkins', async (t) => {
  const xml = runs.map(({ events }, index) => ({ fileName: `${index}.xml`, contents: write('junit', events) }))
  const { valid, errors } = await validateXML({ xml, schema: [schema], maxMemoryPages: 4096 })
  t.equal(
    valid,
    true,
    errors
      .slice(0, 3)
      .map(({ message }) => message)
      .join('\n'),
  )
  const broken = (xml[0]?.contents ?? '').replace('<testsuites ', '<testsuites surprise="1" ')
  const refused = await validateXML({ xml: [{ fileName: 'broken.xml', contents: broken }], schema: [schema], maxMemoryPages: 4096 })
  t.equal(refused.valid, false, 'and would see what is not')
})

t.test('JUnit: no two cases have the same class and name, of which GitLab would keep one', async (t) => {
  for (const { events, report } of runs) {
    const cases = [...write('junit', events).matchAll(/<testcase (classname="[^"]*" name="[^"]*")/g)].map(([, names]) => names)
    t.equal(cases.length, sizeOf(report))
    t.equal(new Set(cases).size, cases.length)
  }
})

t.test('a run of which a part is missing is green nowhere, whatever passed', async (t) => {
  const missing = 'part 2/3 of 3 parts is missing'
  const green = greenRun.map((event): Event => (event.type === 'run-ended' ? { ...event, outcome: 'errored', missing: [missing] } : event))
  t.match(
    write('junit', green),
    /<testsuites .* tests="2" failures="0" errors="1">[^]*name="every part was run"[^]*<error message="part 2\/3/,
  )
  t.match(parseTap(write('tap', green)).top, { count: 2, fail: 1 })
  writeFileSync(join(folder, 'one.tap'), write('tap13', green))
  t.not(spawnSync('prove', ['--exec', 'cat', join(folder, 'one.tap')]).status, 0)
  t.match(write('github', green), `::error title=every part was run::${missing}\n`)
  t.match(renderSummaryPage(green.reduce(foldEvent, emptyReport)), '\n\npart 2/3 of 3 parts is missing\n')
  t.match(write('spec', green), `\n${missing}`)
  t.match(JSON.parse(write('json', green)), { outcome: 'errored', missing: [missing] })
  t.match(write('html', green), `"missing":["${missing}"]`)
})

t.test('every form of report counts the same', async (t) => {
  for (const { events, report } of runs) {
    const { passed, failed, errored, skipped, soft } = countSteps(report)
    const own = (outcome: string) =>
      report.scenarios.filter((scenario) => scenario.problem !== undefined && scenario.outcome === outcome).length
    const junit = write('junit', events)
    const [, tests, failures, errors] = /<testsuites .*tests="(\d+)" failures="(\d+)" errors="(\d+)"/.exec(junit)?.map(Number) ?? []
    t.equal(tests, sizeOf(report))
    const ofRun = (wanted: string) => unmetClaims(report).filter(({ outcome }) => outcome === wanted).length
    t.equal(failures, failed + own('failed') + ofRun('failed'))
    t.equal(errors, errored + own('errored') + ofRun('errored'))
    t.equal(junit.match(/<skipped /g)?.length ?? 0, skipped)
    const json = JSON.parse(write('json', events)) as RunReport
    t.same(countSteps(json), { passed, failed, errored, skipped, soft, known: 0 })
    t.same(json.counts, report.counts)
    const [, data = ''] = /<script type="application\/json" id="data">(.*)<\/script>/.exec(write('html', events)) ?? []
    const page = JSON.parse(data) as PageData
    t.same(page.counts, report.counts)
    t.same(page.steps, { passed, failed, errored, skipped, soft, known: 0 })
    const standings = page.scenarios.flatMap(({ steps }) => steps.map(({ standing }) => standing))
    for (const [standing, count] of Object.entries(page.steps)) t.equal(standings.filter((each) => each === standing).length, count)
    t.equal(page.assertions, report.assertions)
    const told = /^scenarios: (.*); steps: (.*); (\d+) assertions? in 7 ms$/m.exec(write('spec', events))
    const list = (counts: object) =>
      Object.entries(counts)
        .filter(([, count]) => count > 0)
        .map(([outcome, count]) => `${count} ${outcome}`)
        .join(', ')
    t.same(told?.slice(1), [list(report.counts), list({ passed, failed, errored, skipped, soft }) || 'none', String(report.assertions)])
  }
})

t.test('no report for a person has anything in it that a terminal obeys', async (t) => {
  // oxlint-disable-next-line no-control-regex
  for (const { events } of runs) t.notMatch(write('spec', events), /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u202e]/)
})
