import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import t from 'tap'
import { tempFolder } from '../fake-testbed.ts'
import { typeCommand } from '../type-command.ts'

/** A scenario that waits for a job of an API, by a JMESPath. */
function scenarioWith(port: number, expression: string): string {
  return `
scenario: the job runs
steps:
  - name: it is running
    host: local
    http: { get: 'http://127.0.0.1:${port}/jobs' }
    expect: { "${expression}": KillInitiated }
    until: { within: 30s, every: 10ms }
    capture: { state: 'json.items[0].status.state' }
  - name: it was seen
    assert: { state: KillInitiated }
`
}

t.test('a wrong JMESPath is put right without the server that was asked', async (t) => {
  const folder = tempFolder(t)
  let asked = 0
  const server = createServer((_request, response) => {
    asked += 1
    const state = asked < 3 ? 'Started' : 'KillInitiated'
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ items: [{ status: { state } }] }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  writeFileSync(join(folder, 'job.yaml'), scenarioWith(port, 'json.items[0].status.state'))
  const first = await typeCommand(folder, 'run', 'job.yaml', '--allow-local', '--reporter', 'spec')
  t.equal(first.code, 0, first.err)
  server.close()
  server.closeAllConnections()
  const runs = join(folder, '.titus-bed/local/runs')
  const [run = ''] = readdirSync(runs)

  const same = await typeCommand(folder, 'replay', '--reporter', 'spec')
  t.equal(same.code, 0, same.err)
  t.match(same.out, /ok +it is running .*3 attempts/)
  t.match(same.err, `2 steps judged again by the record of ${run}, 0 steps not in it`)

  // Another right one, and two wrong ones: one that finds something else, and one that cannot be applied.
  const edited = async (expression: string, name = 'edited.yaml') => {
    writeFileSync(join(folder, name), scenarioWith(port, expression))
    return await typeCommand(folder, 'replay', run.slice(0, 15), '--scenario', name, '--reporter', 'spec')
  }
  t.equal((await edited('json.items[].status.state | [-1]')).code, 0)
  const wrong = await edited('json.items[0].state')
  t.equal(wrong.code, 3, 'it held then: that it would not have held later is not known')
  t.match(wrong.out, 'json.items[0].state: expected "KillInitiated", got null')
  t.match(wrong.out, /run it again: .*run edited\.yaml --allow-local$/m, 'as the run was allowed to')
  t.match(wrong.err, 'not in the record: the run looked 3 times')
  const absurd = await edited('abs(json.items)')
  t.equal(absurd.code, 3)
  t.match(absurd.out, '[expression]')

  writeFileSync(join(folder, 'edited.yaml'), scenarioWith(port, 'json.items[0].status.state').replace('/jobs', '/tasks'))
  const changed = await typeCommand(folder, 'replay', '--scenario', 'edited.yaml', '--reporter', 'spec')
  t.equal(changed.code, 3)
  t.match(changed.err, '`http:` is not what it was in the run')
  t.equal(asked, 3, 'nobody was asked again')
  t.same(readdirSync(runs), [run], 'a replay is no run')
})

t.test('what does not hold fails; a scenario that the run did not have is a mistake', async (t) => {
  const folder = tempFolder(t)
  const text = (name: string, expected: string) =>
    `scenario: ${name}\nsteps:\n  - { name: it says, host: local, run: echo here, expect: { stdout: ${expected} } }\n`
  writeFileSync(join(folder, 'a.yaml'), text('said', 'here'))
  t.equal((await typeCommand(folder, 'run', 'a.yaml', '--allow-local', '--reporter', 'spec')).code, 0)
  writeFileSync(join(folder, 'a.yaml'), text('said', 'there'))
  t.equal((await typeCommand(folder, 'replay', '--reporter', 'spec')).code, 1)
  writeFileSync(join(folder, 'b.yaml'), text('sad', 'here'))
  const lost = await typeCommand(folder, 'replay', '--scenario', 'b.yaml')
  t.equal(lost.code, 2)
  t.match(lost.err, 'had no scenario "sad"')
  t.match(lost.err, 'did you mean "said"?')
})

t.test('a journal without a record is told', async (t) => {
  const folder = tempFolder(t)
  writeFileSync(join(folder, 'a.yaml'), 'scenario: a\nsteps:\n  - { name: b, host: local, run: echo b, expect: { stdout: b } }\n')
  await typeCommand(folder, 'run', 'a.yaml', '--allow-local', '--reporter', 'spec')
  const runs = join(folder, '.titus-bed/local/runs')
  const journal = join(runs, readdirSync(runs)[0] ?? '', 'journal.jsonl')
  writeFileSync(journal, readFileSync(journal, 'utf8').replace('"facts"', '"others"'))
  const told = await typeCommand(folder, 'replay')
  t.equal(told.code, 2)
  t.match(told.err, 'keeps no record of what its steps saw')
})
