import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { command as report } from '../../../cli/commands/report.ts'
import type { Invocation } from '../../../cli/command.ts'
import { typedHere } from '../../../cli/product/typed-as.ts'
import { countSteps, emptyReport, foldEvent } from '../../../runner/report.ts'
import type { RunReport } from '../../../runner/report.ts'
import type { PageData } from '../../../runner/reporters/html/page-data.ts'
import type { Event } from '../../../schemas/event.ts'
import { sampleRun } from '../../runner/reporters/html/sample-run.ts'
import { invocationIn, problemsOf, tempFolder } from '../fake-testbed.ts'
import { waitFor } from '../../runner/wait-for.ts'

/** A run that left a journal. */
function leaveRun(folder: string, run: string, events: readonly Event[], testbed = 'titus'): string {
  const path = join(folder, '.titus-bed', testbed, 'runs', run)
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'journal.jsonl'), events.map((event) => `${JSON.stringify({ ...event, run })}\n`).join(''))
  return path
}

async function type(
  folder: string,
  words: readonly string[],
  options: Readonly<Record<string, unknown>> = {},
  more: Partial<Invocation> = {},
) {
  const { invocation, out, err } = invocationIn(folder, { arguments: words, options, ...more })
  return { code: await report.run(invocation), out: out(), err: err() }
}

function dataOf(page: string): PageData {
  return JSON.parse(/<script type="application\/json" id="data">(.*)<\/script>/.exec(page)?.[1] ?? '') as PageData
}

t.test('open: the page of the last run, or of one that is named', async (t) => {
  const folder = tempFolder(t)
  leaveRun(folder, '20261122-160000-0000001', sampleRun)
  const last = leaveRun(folder, '20261122-170000-0000002', sampleRun, 'other')
  writeFileSync(join(last, 'report.html'), 'as it was')
  const opened = await type(folder, ['open'])
  t.match(opened, { code: 0, out: `${last}/report.html\n`, err: '' })
  t.equal(readFileSync(opened.out.trim(), 'utf8'), 'as it was')
  const first = await type(folder, ['open', '20261122-16'])
  t.match(first.err, 'the run 20261122-160000-0000001 left no page: it was made of its journal')
  t.equal(dataOf(readFileSync(first.out.trim(), 'utf8')).run, '20261122-160000-0000001')
  t.equal(statSync(first.out.trim()).mode & 0o777, 0o600)
  t.match(await type(folder, ['open'], { testbed: 'titus' }), { out: /160000/ })
})

t.test('open: a page that was made of a journal tells how to run it again as the run was allowed to, from here', async (t) => {
  const folder = tempFolder(t)
  const events = sampleRun.map((event) => {
    if (event.type === 'run-started') return { ...event, allowLocal: true as const }
    return event.type === 'scenario-started' ? { ...event, file: 'my first.yaml' } : event
  })
  leaveRun(folder, '20261122-160000-0000001', events)
  const { again } = dataOf(readFileSync((await type(folder, ['open'])).out.trim(), 'utf8'))
  t.equal(again, `${typedHere(folder)} run 'my first.yaml' --allow-local`)
})

t.test('open: the page of a run that was killed tells that it broke off', async (t) => {
  const folder = tempFolder(t)
  const run = leaveRun(folder, '20261122-160000-0000001', sampleRun.slice(0, 12))
  writeFileSync(join(run, 'journal.jsonl'), '{"at":1,"run":"x","ty', { flag: 'a' })
  const { out } = await type(folder, ['open'])
  t.match(dataOf(readFileSync(out.trim(), 'utf8')), { outcome: 'errored', interrupted: true })
})

t.test('what is not there is told', async (t) => {
  const folder = tempFolder(t)
  const told = async (...words: readonly string[]) => (await problemsOf(type(folder, words)))[0]
  t.match(await told('open'), { code: 'no-such-run', message: 'nothing was run here' })
  leaveRun(folder, '20261122-160000-0000001', sampleRun)
  leaveRun(folder, '20261122-160001-0000001', sampleRun)
  t.match(await told('open', '2025'), { code: 'no-such-run', message: 'there is no run 2025', expected: /160001.*160000/ })
  t.match(await told('open', '2026'), { code: 'no-such-run', message: 'several runs begin with 2026' })
  t.match(await told('open', 'a', 'b'), { code: 'bad-usage' })
  t.match(await told('opne'), { code: 'bad-usage', hint: /open/ })
  t.match(await told('merge'), { code: 'no-journal', hint: /titus-bed report merge reports/ })
  t.match(await told('merge', 'nowhere'), { code: 'no-journal', message: 'nowhere is not there' })
  writeFileSync(join(folder, 'a.jsonl'), '{"type":"scenario-started"}\n')
  t.match(await told('merge', 'a.jsonl'), { code: 'no-journal', message: /a\.jsonl is no journal of a run/ })
  mkdirSync(join(folder, 'empty'))
  t.match(await told('merge', 'empty'), { code: 'no-journal', message: 'there is no journal in empty' })
})

t.test('serve: on this computer alone, to who has the address', async (t) => {
  const folder = tempFolder(t)
  leaveRun(folder, '20261122-160000-0000001', sampleRun)
  const stop = new AbortController()
  const { invocation, out } = invocationIn(folder, { arguments: ['serve'], signal: stop.signal })
  const ended = report.run(invocation)
  await waitFor('the address', () => out().includes('http://'))
  const address = new URL(out().trim())
  t.match(address.href, /^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/$/)
  const ask = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    new Promise<{ readonly status: number | undefined; readonly body: string }>((resolve, reject) => {
      const asked = get(new URL(path, address), { headers, agent: false }, (response) => {
        void text(response).then((body) => resolve({ status: response.statusCode, body }), reject)
      })
      asked.on('error', reject)
    })
  t.match(await ask(address.href), { status: 200, body: /^<!doctype html>/ })
  t.match(await ask('/'), { status: 404, body: /^there is nothing here/ })
  t.match(await ask(address.href, { host: 'evil.example' }), { status: 404 }, 'a name that leads here is no way in')
  t.match(await problemsOf(type(folder, ['serve'], { port: '99999' })), [{ code: 'bad-option' }])
  stop.abort()
  t.equal(await ended, 130)
})

t.test('merge: every form of report counts the same', async (t) => {
  const folder = tempFolder(t)
  const cells = ['m4.large', 'm5.large'] as const
  for (const cell of cells) {
    mkdirSync(join(folder, 'reports', cell), { recursive: true })
    const more = { cell, ...(cell === 'm5.large' ? { allowLocal: true } : {}) }
    const events = sampleRun.map((event) => ({ ...event, run: cell, ...(event.type === 'run-started' ? more : {}) }))
    writeFileSync(join(folder, 'reports', cell, 'journal.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''))
  }
  const reporter = ['spec', 'html=all.html', 'json=all.json', 'junit=all.xml', 'tap=all.tap', 'tap13=all.tap13', 'journal=all.jsonl']
  const { code, out } = await type(folder, ['merge', 'reports'], { reporter })
  t.equal(code, 3, 'the exit code of the whole')
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const json = JSON.parse(read('all.json')) as RunReport
  t.same(json.counts, { passed: 0, failed: 4, errored: 2, skipped: 0 })
  const steps = countSteps(json)
  const page = dataOf(read('all.html'))
  t.same([page.counts, page.steps, page.flaky, page.assertions], [json.counts, steps, 2, 24])
  t.same(page.cells, cells)
  const junit = read('all.xml')
  const [, failures, errors] = /<testsuites .*failures="(\d+)" errors="(\d+)"/.exec(junit)?.map(Number) ?? []
  t.same([failures, errors], [steps.failed, steps.errored])
  t.equal(junit.match(/<skipped /g)?.length, steps.skipped)
  t.equal(read('all.tap').match(/^ {4}not ok /gm)?.length, steps.failed + steps.errored + steps.soft)
  t.equal(read('all.tap13').match(/^not ok /gm)?.length, steps.failed + steps.errored + steps.soft)
  t.match(out, /^scenarios: 4 failed, 2 errored, 2 flaky; steps: 8 passed, 6 failed, 2 errored, 2 skipped, 2 soft; 24 assertions/m)
  t.match(out, /^run it again: .* --allow-local$/m, 'one of them was allowed to act on this computer')
  const again = read('all.jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event)
  t.same(JSON.parse(JSON.stringify(again.reduce(foldEvent, emptyReport))), json, 'what was merged can be merged again')
})

t.test('merge: a journal that was edited does not make the whole green', async (t) => {
  const folder = tempFolder(t)
  const green = sampleRun.map((event) => {
    if (event.type === 'scenario-ended') return { ...event, outcome: 'passed' as const }
    if (event.type !== 'run-ended') return event
    return { ...event, outcome: 'passed' as const, counts: { passed: 4, failed: 0, errored: 0, skipped: 0 } }
  })
  const path = join(leaveRun(folder, '20261122-160000-0000001', green), 'journal.jsonl')
  const { code, out } = await type(folder, ['merge', path], { reporter: ['spec'] })
  t.equal(code, 3)
  t.match(out, /run 20261122-160000-0000001: ".*" ended as passed, and its step .* as failed: its journal is not as the run wrote it/)
})

t.test('merge: a journal of elsewhere gets no file of this computer into a report', async (t) => {
  const folder = tempFolder(t)
  writeFileSync(join(folder, 'secret'), 'line\n'.repeat(10))
  mkdirSync(join(folder, 'project'))
  const elsewhere = sampleRun.map((event) => JSON.parse(JSON.stringify(event).replaceAll('scenarios/nginx.yaml', '../secret')) as Event)
  writeFileSync(join(folder, 'project/journal.jsonl'), elsewhere.map((event) => `${JSON.stringify(event)}\n`).join(''))
  await type(join(folder, 'project'), ['merge', 'journal.jsonl'], { reporter: ['html=all.html'] })
  t.ok(existsSync(join(folder, 'project/all.html')))
  t.same(dataOf(readFileSync(join(folder, 'project/all.html'), 'utf8')).excerpts, {})
})

t.test('a journal whose lines are events only in part is named with the line, and is no defect of ours', async (t) => {
  const folder = tempFolder(t)
  const path = join(leaveRun(folder, '20261122-160000-0000009', sampleRun), 'journal.jsonl')
  const [first = ''] = readFileSync(path, 'utf8').split('\n')
  for (const line of ['{"type":"step-ended"}', '{"type":"scenario-ended","scenario":"x"}', '{"type":"run-ended"}']) {
    writeFileSync(path, `${first}\n${line}\n`)
    t.match(await problemsOf(type(folder, ['merge', path])), [{ code: 'no-journal', message: `${path}:2: this is no whole event` }], line)
  }
})
