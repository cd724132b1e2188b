import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parseJson } from '../../../schemas/json-text.ts'
import { tempFolder } from '../fake-testbed.ts'
import { typeCommand } from '../type-command.ts'

t.test('what happened in a run, of its machines too', async (t) => {
  const folder = tempFolder(t)
  const step = (name: string, text: string) => `  - { name: ${name}, host: local, run: echo ${text}, expect: { stdout: here } }\n`
  writeFileSync(join(folder, 'a.yaml'), `scenario: said\nsteps:\n${step('it says', 'here')}${step('it lies', 'there')}`)
  const ran = await typeCommand(folder, 'run', 'a.yaml', '--allow-local', '--reporter', 'spec')
  t.equal(ran.code, 1)
  const runs = join(folder, '.titus-bed/local/runs')
  const own = join(runs, readdirSync(runs)[0] ?? '')
  const file = join(own, 'timeline.jsonl')
  t.equal(statSync(file).mode & 0o777, 0o600)
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').map(parseJson)
  t.match(lines[0], { kind: 'run' })
  t.ok(lines.some((line) => (line as { text: string }).text.startsWith('failed in ')))

  const all = await typeCommand(folder, 'logs')
  t.equal(all.code, 0)
  t.match(all.out, /^\d{4}-\d\d-\d\d \(UTC\)\n\d\d:\d\d:\d\d\.\d{3} +run +the run began on local\n/)
  t.match(all.out, /local +step +it lies: failed in .*: stdout: expected "here", got "there"/)
  t.notMatch((await typeCommand(folder, 'logs', '--host', 'gateway')).out, 'it lies')
  t.equal((await typeCommand(folder, 'logs', '--around', 'no such')).code, 2)
  t.equal((await typeCommand(folder, 'logs', '--since', 'yesterday')).code, 2)

  // A machine tells something that is meant for a terminal.
  const evidence = join(own, 'evidence/1-said/gateway')
  mkdirSync(evidence, { recursive: true })
  const path = join(evidence, 'journal.txt')
  const journal = join(own, 'journal.jsonl')
  const [first = '', ...rest] = readFileSync(journal, 'utf8').split('\n')
  const { at } = parseJson(first) as { at: number }
  writeFileSync(path, `${new Date(at + 5).toISOString().replace('Z', '+0000')} host nginx[1]: \u001b[31mred\n`)
  const told = (kept: string) => ({
    at: at + 9,
    run: 'r',
    type: 'evidence',
    scenario: 'said',
    evidence: { ms: 1, bytes: 1, missing: [], files: [{ host: 'gateway', name: 'journal', path: kept, bytes: 1, tail: '' }] },
  })
  writeFileSync(journal, [first, JSON.stringify(told(path)), JSON.stringify(told('/etc/passwd')), ...rest].join('\n'))
  const ofGateway = await typeCommand(folder, 'logs', '--unit', 'nginx')
  t.match(ofGateway.out, /gateway +journal +nginx: .*red/)
  t.notMatch(ofGateway.out, '\u001b')
  const [json = ''] = (await typeCommand(folder, 'logs', '--unit', 'nginx', '--json')).out.split('\n')
  t.match(parseJson(json), { at: at + 5, kind: 'journal', host: 'gateway', unit: 'nginx' })
})
