import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { findProjectFile } from '../../../cli/files/find-project-file.ts'
import { projectOptions } from '../../../cli/files/project-options.ts'
import { loadScenarioFiles } from '../../../cli/files/load-files.ts'
import { checkProjectFile } from '../../../cli/files/load-project-file.ts'
import { raisedWorkspace, tempFolder, testbedOn } from '../fake-testbed.ts'
import { typeCommand } from '../type-command.ts'

const scenario = 'scenario: it holds\ntags: [smoke]\nsteps:\n  - assert: { team: blue }\n'
const other = 'scenario: another\nvars: { team: red }\nsteps:\n  - assert: { team: red }\n'

function folderOf(t: Test, files: Readonly<Record<string, string>>): string {
  const cwd = tempFolder(t)
  mkdirSync(join(cwd, 'scenarios', 'deep'), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
  return cwd
}

t.test('a project file counts in its folder, and below it up to the root of a repository', async (t) => {
  const cwd = folderOf(t, { 'titus-bed.yaml': '' })
  const below = join(cwd, 'scenarios', 'deep')
  t.equal(findProjectFile(cwd), join(cwd, 'titus-bed.yaml'))
  t.equal(findProjectFile(below), undefined, 'outside of any repository what lies above is somebody else’s')
  mkdirSync(join(cwd, '.git'))
  t.equal(findProjectFile(below), join(cwd, 'titus-bed.yaml'))
  mkdirSync(join(cwd, 'scenarios', '.git'))
  t.equal(findProjectFile(below), undefined, 'and nothing above the root')
  writeFileSync(join(below, 'titus-bed.yaml'), '')
  t.equal(findProjectFile(below), join(below, 'titus-bed.yaml'), 'the nearest one')
})

t.test('it stands for options that are not typed, and gives way to those that are', async (t) => {
  const config = 'tags: [smoke]\nvars: { team: blue }\nreporters: [spec, junit=reports/j.xml]\n'
  const cwd = folderOf(t, { 'titus-bed.yaml': config, 'scenarios/a.yaml': scenario, 'scenarios/b.yaml': other })
  const names = async (...argv: readonly string[]) => {
    const { code, out, err } = await typeCommand(cwd, 'list', ...argv)
    return `${code} ${out}${err}`
  }
  t.match(await names(), /^0 [^]*it holds[^]*1 scenario/)
  t.match(await names('--tag', 'none'), /0 scenarios/)
  t.match(await names('--no-config'), /^2 [^]*undefined-variable/, 'without it a has no team')
  mkdirSync(join(cwd, '.git'))
  const optionsIn = async (file: string, folder: string) => {
    const { project } = await checkProjectFile(file, folder)
    return project === undefined ? undefined : projectOptions(project, folder)
  }
  t.same(await optionsIn('titus-bed.yaml', cwd), { tag: ['smoke'], reporter: ['spec', 'junit=reports/j.xml'] })
  t.match(await optionsIn('../titus-bed.yaml', join(cwd, 'scenarios')), { reporter: ['spec', 'junit=../reports/j.xml'] })
})

t.test('a run takes its variables, limits and reports', async (t) => {
  const config = 'tags: [smoke]\nvars: { team: blue }\nreporters: [tap]\ntimeouts: { scenario: 3m, step: 7s }\nmaxOutput: 2KiB\n'
  const cwd = folderOf(t, { 'titus-bed.yaml': config, 'scenarios/a.yaml': scenario, 'scenarios/b.yaml': other })
  const { project } = await checkProjectFile('titus-bed.yaml', cwd)
  const { scenarios, problems } = await loadScenarioFiles(['scenarios/a.yaml', 'scenarios/b.yaml'], cwd, { project })
  t.same(problems, [])
  t.match(scenarios, [
    { timeoutMs: 180_000, maxOutputBytes: 2048, vars: [{ key: 'team', value: { value: 'blue' } }], steps: [{ timeoutMs: 7000 }] },
    { vars: [{ key: 'team', value: { value: 'red' } }] },
  ])
  t.equal(scenarios[1]?.vars.length, 1)
  raisedWorkspace(cwd, { ...testbedOn('aws'), name: 'blue' })
  writeFileSync(join(cwd, 'titus-bed.yaml'), `${config}testbed: green\n`)
  t.match((await typeCommand(cwd, 'status')).err, 'there is no testbed "green"', 'every command that takes --testbed')
})

t.test('all that is wrong with it is told at its place, by every command', async (t) => {
  const config = 'tag: [x]\nparallel: 0\nvars: { v: 1.20 }\ntimeouts: { step: 0s }\nmaxOutput: 1GiB\nreporters: [sepc]\n'
  const cwd = folderOf(t, { 'titus-bed.yaml': config, 'scenarios/a.yaml': scenario })
  for (const argv of [['list'], ['run'], ['status'], ['validate'], ['validate', 'titus-bed.yaml'], ['destroy']]) {
    const { code, err } = await typeCommand(cwd, ...argv)
    t.equal(code, 2, argv.join(' '))
    for (const told of [
      'titus-bed.yaml:1:1',
      'did you mean "tags"',
      'yaml:2:11',
      'yaml:3:12',
      'yaml:4:19',
      'yaml:5:12',
      'no reporter "sepc"',
    ])
      t.match(err, told)
  }
  t.equal((await typeCommand(cwd, 'list', '--no-config')).code, 2, 'the scenario itself lacks a variable')
  t.equal((await typeCommand(cwd, 'completion', 'bash')).code, 0, 'a shell completes all the same')
})

t.test('no report of it leaves its folder', async (t) => {
  const cwd = folderOf(t, { 'scenarios/a.yaml': scenario })
  const outside = tempFolder(t)
  symlinkSync(outside, join(cwd, 'link'))
  for (const report of ['junit=/etc/x.xml', 'junit=../x.xml', 'junit=link/x.xml', 'junit=.git/config', 'jnit']) {
    writeFileSync(join(cwd, 'titus-bed.yaml'), `reporters: ['${report}']\n`)
    const { code, err } = await typeCommand(cwd, 'list')
    t.equal(code, 2, report)
    t.match(err, /titus-bed.yaml:1:13/, report)
  }
})

t.test('a file that nobody named is not read where a link leads out of the project', async (t) => {
  const cwd = folderOf(t, { 'scenarios/a.yaml': scenario })
  const outside = tempFolder(t)
  writeFileSync(join(outside, 'secret'), 'root:hash\n')
  for (const [name, ...commands] of [
    ['titus-bed.yaml', ['list'], ['status'], ['destroy']],
    ['cluster.yaml', ['plan'], ['apply'], ['graph'], ['matrix']],
  ] as const) {
    symlinkSync(join(outside, 'secret'), join(cwd, name))
    for (const argv of commands) {
      const { code, out, err } = await typeCommand(cwd, ...argv)
      t.equal(code, 2, argv[0])
      t.match(err, `${name} lies outside of`, argv[0])
      t.notMatch(out + err, 'hash', argv[0])
    }
    rmSync(join(cwd, name))
  }
  symlinkSync(join(outside, 'secret'), join(cwd, 'named.yaml'))
  t.match((await typeCommand(cwd, 'matrix', 'named.yaml')).err, 'hash', 'what somebody named is meant')
  mkdirSync(join(cwd, 'shared'))
  writeFileSync(join(cwd, 'shared', 'project.yaml'), 'vars: { team: blue }\n')
  symlinkSync('shared/project.yaml', join(cwd, 'titus-bed.yaml'))
  t.equal((await typeCommand(cwd, 'list')).code, 0, 'a link inside of the project is no matter')
})
