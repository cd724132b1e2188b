import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { expandFiles } from '../../../cli/files/expand-files.ts'
import { scenariosAmong } from '../../../cli/files/scenarios-among.ts'
import { problemsOf, tempFolder } from '../fake-testbed.ts'

const scenario = 'scenario: x\nsteps:\n  - { name: a, host: bastion, run: "true" }\n'

/** Makes files below a folder, each with the text of a scenario. */
function make(folder: string, ...files: readonly string[]): void {
  for (const file of files) {
    mkdirSync(join(folder, file, '..'), { recursive: true })
    writeFileSync(join(folder, file), scenario)
  }
}

async function filesOf(cwd: string, ...given: readonly string[]): Promise<readonly string[]> {
  return (await expandFiles(given, cwd, [])).files
}

async function refusalOf(cwd: string, ...given: readonly string[]): Promise<string> {
  return (await problemsOf(expandFiles(given, cwd, []))).map(({ message, hint }) => `${message}; ${hint}`).join('\n')
}

t.test('a folder that exists is listed, whatever its name would mean as a glob', async (t) => {
  const cwd = tempFolder(t)
  for (const folder of ['x (y)', '[a]', '{a,b}', 'st*r', '-dash', '!not', 'a?', '+(x)', "it's", 'new\nline', '日本']) {
    make(cwd, `${folder}/one.yaml`, `${folder}/-two.yml`)
    t.same(await filesOf(cwd, folder), [`${folder}/-two.yml`, `${folder}/one.yaml`], JSON.stringify(folder))
    t.same(await filesOf(cwd, `./${folder}/`), [`${folder}/-two.yml`, `${folder}/one.yaml`], JSON.stringify(folder))
  }
  make(cwd, 'b/[x].yaml', 'b/x.yaml')
  t.same(await filesOf(cwd, 'b/[x].yaml'), ['b/[x].yaml'], 'a file that exists is that file')
})

t.test('a glob gives files, and the files of folders', async (t) => {
  const cwd = tempFolder(t)
  make(cwd, 'one/a.yaml', 'one/lib/b.yaml', 'two/c.yaml', 'd.yaml')
  t.same(await filesOf(cwd, '*/*.yaml'), ['one/a.yaml', 'two/c.yaml'])
  t.same(await filesOf(cwd, '{one,two}'), ['one/a.yaml', 'two/c.yaml'], 'not what is deeper in them')
  t.same(await filesOf(cwd, '**/*.yaml'), ['d.yaml', 'one/a.yaml', 'one/lib/b.yaml', 'two/c.yaml'])
  t.same(await filesOf('/', join(cwd, 'd.yaml')), [join(cwd, 'd.yaml')], 'absolute paths stay so')
  symlinkSync('loop', join(cwd, 'loop'))
  t.match(await refusalOf(cwd, 'loop'), /loop: there is no such file; .*titus-bed init/)
  t.match(await refusalOf(cwd, 'none*', 'nor this'), /none\*: there is no such file[^]*nor this/)
})

t.test('one file is taken once, however it is spelt', async (t) => {
  const cwd = tempFolder(t)
  make(cwd, 'sub/a.yaml', 'sub/b.yaml')
  symlinkSync('a.yaml', join(cwd, 'sub/link.yaml'))
  symlinkSync('sub', join(cwd, 'other'))
  const spellings = [
    './sub/a.yaml',
    'sub/a.yaml',
    join(cwd, 'sub/a.yaml'),
    'sub/../sub/a.yaml',
    'sub/link.yaml',
    'other/a.yaml',
    'sub/[a].yaml',
  ]
  t.same(await filesOf(cwd, ...spellings), ['./sub/a.yaml'], 'under the name that was typed first')
  t.same(await filesOf(cwd, 'sub', 'other'), ['sub/a.yaml', 'sub/b.yaml'])
})

t.test('what is not taken of a folder is told', async (t) => {
  const cwd = tempFolder(t)
  make(cwd, 's/a.yaml', 's/lib/b.yaml', 's/.hidden.yaml', 's/notes.md', 's/c.YAML', 's/d.yaml.bak')
  const { files, notes } = await expandFiles(['s'], cwd, [])
  t.same(files, ['s/a.yaml'])
  t.match(notes, [{ code: 'not-taken', severity: 'note' }])
  t.equal(
    notes[0]?.message,
    'not taken of the folder s: .hidden.yaml (hidden), c.YAML (neither .yaml nor .yml), d.yaml.bak (neither .yaml nor .yml), lib (a folder), notes.md (neither .yaml nor .yml)',
  )
  t.same((await expandFiles(['s/a.yaml'], cwd, [])).notes, [])
  make(cwd, 'many/a.yaml', ...Array.from({ length: 11 }, (_, index) => `many/${String(index).padStart(2, '0')}.txt`))
  t.match((await expandFiles(['many'], cwd, [])).notes[0]?.message, /07\.txt \([^)]*\), and 3 more$/)
  make(cwd, 'docs/notes.md')
  t.match(await refusalOf(cwd, 'docs'), /docs: there is no file \*\.yaml.*it holds notes\.md/)
  mkdirSync(join(cwd, 'empty'))
  t.match(await refusalOf(cwd, 'empty'), /it is empty/)
})

t.test('a folder of reusable steps is taken by who uses them, and nothing is told of it', async (t) => {
  const cwd = tempFolder(t)
  make(cwd, 's/a.yaml', 's/lib/b.yaml', 's/data/x.json')
  const notes = async () => (await expandFiles(['s'], cwd, [])).notes.map(({ message }) => message)
  writeFileSync(join(cwd, 's/lib/b.yaml'), 'steps:\n  - { host: bastion, run: "true" }\n')
  t.same(await notes(), ['not taken of the folder s: data (a folder)'])
  make(cwd, 's/lib/c.yaml')
  writeFileSync(join(cwd, 's/lib/c.yaml'), 'scenario: it is up\nsteps: []\n')
  t.same(await notes(), ['not taken of the folder s: data (a folder), lib (a folder)'], 'a scenario in it would be missed')
  rmSync(join(cwd, 's/lib/c.yaml'))
  symlinkSync('/etc/hostname', join(cwd, 's/lib/c.yaml'))
  t.match(await notes(), [/lib \(a folder\)/], 'what leads elsewhere is not looked into')
})

t.test('of the files that were found only scenarios are run, and the others are told', async (t) => {
  const cwd = tempFolder(t)
  make(cwd, 'a.yaml')
  writeFileSync(join(cwd, 'cluster.yaml'), 'name: blue\n')
  writeFileSync(join(cwd, 'steps.yaml'), 'steps:\n  - { host: bastion, run: "true" }\n')
  const { files, notes } = await scenariosAmong(await expandFiles(['.'], cwd, []), cwd)
  t.same(files, ['a.yaml'])
  t.match(notes, [{ message: 'not taken, since they are no scenarios: cluster.yaml, steps.yaml' }])
  t.same((await scenariosAmong(await expandFiles(['cluster.yaml'], cwd, []), cwd)).files, ['cluster.yaml'], 'what was typed is meant')
})

t.test('what nobody typed leads nowhere else, and is a file', async (t) => {
  const cwd = tempFolder(t)
  make(cwd, 'project/s/a.yaml', 'outside/secret')
  const project = join(cwd, 'project')
  symlinkSync('../../outside/secret', join(project, 's/stolen.yaml'))
  symlinkSync('nowhere', join(project, 's/dangling.yaml'))
  execFileSync('mkfifo', [join(project, 's/pipe.yaml')])
  writeFileSync(join(project, 's/long.yaml'), '#'.repeat(2 ** 20 + 1))
  const refused = await refusalOf(project, 's')
  for (const told of [
    /stolen\.yaml lies outside of/,
    /dangling\.yaml is not there/,
    /pipe\.yaml is no regular file/,
    /long\.yaml has more than 1 MiB/,
  ])
    t.match(refused, told)
  t.match(await refusalOf(project, 's/*.yaml'), /stolen\.yaml lies outside of/)
  t.match(await refusalOf(project, 's/pipe.yaml', '/dev/zero'), /pipe\.yaml is no regular file[^]*\/dev\/zero is no regular file/)
  t.same(await filesOf(project, 's/stolen.yaml'), ['s/stolen.yaml'], 'what was typed may be a link')
  symlinkSync('../outside/secret', join(project, 'cluster.yaml'))
  await t.rejects(expandFiles([], project, ['cluster.yaml']), /cluster\.yaml lies outside of/)
})
