import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { loadClusterFor } from '../../../cli/files/cluster-options.ts'
import { checkStepFiles, loadClusterFile, loadScenarioFiles, readText } from '../../../cli/files/load-files.ts'
import type { Testbed } from '../../../schemas/testbed.ts'
import { invocationIn, problemsOf, refusalOf, tempFolder, testbedOn } from '../fake-testbed.ts'

/** A folder with these files. */
function folderWith(t: Test, files: Readonly<Record<string, string>>): string {
  const folder = tempFolder(t)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

t.test('a cluster file: its warnings are told, its notes are not, its errors come all at once', async (t) => {
  const cwd = folderWith(t, {
    'note.yaml': 'name: blue\nnetwork: { cidr: 52.30.0.0/16, public: 52.30.1.0/24, private: 52.30.100.0/24 }\n',
    'warn.yaml': 'name: blue\naccess: { trustedCidr: 0.0.0.0/0 }\n',
    'bad.yaml': 'nam: blue\ntarget: moon\n',
  })
  const load = async (file: string) => {
    const { invocation, err } = invocationIn(cwd)
    return { cluster: (await loadClusterFile(file, cwd, invocation.terminal)).cluster, err: err() }
  }
  t.match(await load('note.yaml'), { cluster: { name: 'blue' }, err: '' })
  t.match((await load('warn.yaml')).err, /warning[^]*0\.0\.0\.0\/0/)
  t.equal((await refusalOf(load('bad.yaml'))).length, 2)
  t.match(await problemsOf(load('absent.yaml')), [{ message: 'absent.yaml is not there', hint: 'titus-bed init writes one' }])
  t.match(await problemsOf(load('.')), [{ message: '. is a folder' }])
})

t.test('the command line wins over the file: first the cell, then the target', async (t) => {
  const cwd = folderWith(t, {
    'cluster.yaml': 'name: blue\nmatrix:\n  target: [lab, aws]\n  machines.master.instanceType: [t3.medium, t3.large]\n',
  })
  const load = (options = {}, given: readonly string[] = []) => loadClusterFor(invocationIn(cwd, { options, arguments: given }).invocation)
  t.match((await load()).cluster, { name: 'blue', target: 'lab' })
  t.same(await refusalOf(load({ cell: 'nothing' })), ['unknown-cell'])
  t.same(await refusalOf(load({ target: 'LAB' })), ['unknown-target'])
  const onAws = await load({ target: 'aws' })
  t.match(onAws, { cluster: { target: 'aws' } })
  t.equal(onAws.placeOf(['target'], false), undefined, 'what an option gives stands nowhere')
  const cell = await load({ cell: 'aws,t3.large' })
  t.match(cell.placeOf(['machines', 'master', 'instanceType'], false), { line: 4, column: 45 }, 'and what a cell gives in the matrix')
  t.same(await refusalOf(load({}, ['other.yaml'])), ['no-such-file'])
})

function scenario(host: string): string {
  return `scenario: on ${host}\nsteps:\n  - { host: '${host}', run: 'true' }\n`
}

t.test('scenario files: the sound ones, and every problem of every file', async (t) => {
  const cwd = folderWith(t, { 'a.yaml': scenario('gateway'), 'b.yaml': scenario('nowhere'), 'c.yaml': 'scenario: [\n' })
  const { scenarios, problems } = await loadScenarioFiles(['a.yaml', 'b.yaml', 'c.yaml'], cwd)
  t.same(
    scenarios.map(({ name }) => name),
    ['on gateway'],
  )
  t.same([...new Set(problems.map(({ place }) => place?.file))], ['b.yaml', 'c.yaml'])
  t.same(await refusalOf(loadScenarioFiles(['absent.yaml'], cwd)), ['no-such-file'])
})

t.test('steps may name the hosts of the testbed, and any member of its groups', async (t) => {
  const testbed: Testbed = { ...testbedOn('lab'), hosts: testbedOn('lab').hosts.slice(0, 2) }
  for (const [host, known, raised] of [
    ['gateway', true, true],
    ['master', true, false],
    ['agents[7]', true, true],
    ['agents.all', true, true],
    ['nowhere', false, false],
  ] as const) {
    const cwd = folderWith(t, { 'a.yaml': scenario(host) })
    t.equal((await loadScenarioFiles(['a.yaml'], cwd)).problems.length === 0, known, `${host} of every cluster`)
    t.equal((await loadScenarioFiles(['a.yaml'], cwd, { testbed })).problems.length === 0, raised, `${host} of a testbed without it`)
  }
})

t.test('files of reusable steps are checked by themselves', async (t) => {
  const cwd = folderWith(t, {
    'good.yaml': 'steps:\n  - { host: gateway, run: "true" }\n',
    'bad.yaml': 'steps:\n  - { host: gateway, rum: "true" }\n',
    'inner.yaml': 'steps:\n  - { use: good.yaml }\n',
    'lost.yaml': 'steps:\n  - { use: absent.yaml }\n',
  })
  t.same(await checkStepFiles(['good.yaml', 'inner.yaml'], cwd), [])
  const problems = await checkStepFiles(['good.yaml', 'bad.yaml', 'lost.yaml'], cwd)
  t.same([...new Set(problems.map(({ place }) => place?.file))], ['bad.yaml', 'lost.yaml'])
})

t.test('a text that cannot be read says why, and what to do', async (t) => {
  const cwd = folderWith(t, { 'a.txt': 'text' })
  const read = async (file: string, hint: string): Promise<string> => readText(file, cwd, hint)
  t.equal(await read('a.txt', 'x'), 'text')
  t.match(await problemsOf(read('b.txt', 'name another')), [{ message: 'b.txt is not there', hint: 'name another' }])
  t.match(await problemsOf(read('a.txt/c', 'x')), [{ message: 'a.txt/c is not there' }])
})
