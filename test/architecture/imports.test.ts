import { readdirSync, readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import t from 'tap'
import { root, sources } from './sources.ts'
import { packageOwners } from './package-owners.ts'
import { parts, rooms } from './rules.ts'
import type { Arrows } from './rules.ts'

interface Import {
  readonly file: string
  readonly specifier: string
  readonly typeOnly: boolean
}

function importsOf(file: string, text: string): Import[] {
  const pattern = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|import\(\s*'([^']+)'\s*\)/g
  return [...text.matchAll(pattern)].map((match) => ({ file, specifier: match[2] ?? match[3] ?? '', typeOnly: match[1] !== undefined }))
}

/** The room of a file inside its part, or the file's name when it stands in the part's root. */
function roomOf(path: string): string {
  return path.split('/')[1] ?? ''
}

function mayImport(rules: readonly string[] | undefined, target: string, typeOnly: boolean): boolean {
  return rules !== undefined && (rules.includes(target) || (typeOnly && rules.includes(`${target} (types)`)))
}

/** What a room, or a file of a part's root that a room stands on, may import of its own part; undefined where the table is silent. */
function rulesOf(table: Arrows, name: string): readonly string[] | undefined {
  return table[name] ?? (Object.values(table).some((rules) => rules.includes(name)) ? [] : undefined)
}

/** Whether an import inside of a part goes a way that the part's table has not. */
function leavesRoom(part: string, from: string, to: string, typeOnly: boolean): boolean {
  const rules = rulesOf(rooms[part] ?? {}, from)
  return from !== to && rules !== undefined && !mayImport(rules, to, typeOnly)
}

function violations(imports: readonly Import[]): string[] {
  return imports.flatMap(({ file, specifier, typeOnly }) => {
    const told = `${file} imports ${specifier}`
    if (specifier.startsWith('.')) {
      const path = normalize(join(file, '..', specifier))
      const [part = '', target = ''] = [file, path].map((each) => each.split('/')[0])
      const wrong = target === part ? leavesRoom(part, roomOf(file), roomOf(path), typeOnly) : !mayImport(parts[part], target, typeOnly)
      return wrong ? [told] : []
    }
    const owner = Object.entries(packageOwners).find(([name]) => specifier === name || specifier.startsWith(`${name}/`))?.[1]
    return owner === undefined || owner.some((name) => owns(name, file)) ? [] : [`${told}, which only those in package-owners.ts may`]
  })
}

/** Whether a line of the owners is the file itself, or a folder that it stands in. */
function owns(name: string, file: string): boolean {
  return name === file || (name.endsWith('/') && file.startsWith(name))
}

const imports = Object.keys(parts)
  .flatMap(sources)
  .flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')))

t.test('imports point one way, between parts and between the rooms of a part', async (t) => {
  t.ok(imports.length > 100, `the imports were read: ${imports.length}`)
  t.same(violations(imports), [], 'the tables of allowed imports stand in rules.ts, beside this test')
})

t.test('the table names what exists, and goes round in no circle', async (t) => {
  for (const [part, table] of Object.entries(rooms)) {
    const folders = readdirSync(join(root, part)).filter((name) => sources(part).some((file) => file.startsWith(`${part}/${name}/`)))
    t.same(
      folders.filter((folder) => table[folder] === undefined),
      [],
      `every room of ${part} has its line`,
    )
    for (const [room, rules] of Object.entries(table)) {
      t.notOk(reaches(table, room, room), `${part}/${room} does not import itself by a way round`)
      const used = imports
        .filter(({ file }) => file.startsWith(`${part}/${room}`))
        .map(({ file, specifier }) => roomOf(normalize(join(file, '..', specifier))))
      t.same(
        rules.filter((rule) => !used.includes(rule.replace(/ \(types\)$/, ''))),
        [],
        `${part}/${room} imports all that it may`,
      )
    }
  }
})

/** Whether imports lead from one room to another. */
function reaches(table: Arrows, from: string, to: string, seen: readonly string[] = []): boolean {
  const next = (table[from] ?? []).map((rule) => rule.replace(/ \(types\)$/, ''))
  return next.includes(to) || next.some((room) => !seen.includes(room) && reaches(table, room, to, [...seen, room]))
}

t.test('each owner of a package uses it', async (t) => {
  for (const [name, owners] of Object.entries(packageOwners)) {
    const users = imports.filter(({ specifier }) => specifier === name || specifier.startsWith(`${name}/`))
    t.same(
      owners.filter((owner) => !users.some(({ file }) => owns(owner, file))),
      [],
      name,
    )
  }
})

t.test('a violation is seen', async (t) => {
  const planted = importsOf(
    'runner/x.ts',
    "import { a } from '../lab/b.ts'\nimport type { c } from '../stack/d.ts'\nconst e = await import('yaml')\n",
  )
  t.equal(violations(planted).length, 3)
  t.same(violations(importsOf('deb/x.ts', "import type { a } from '../lab/lab.ts'\n")), [])
  t.equal(violations(importsOf('runner/hops/x.ts', "import { a } from '../steps/index.ts'\n")).length, 1)
  t.equal(violations(importsOf('lab/run-program.ts', "import { a } from './bundle/cgroup.ts'\n")).length, 1)
  t.ok(reaches({ a: ['b'], b: ['c'], c: ['a'] }, 'a', 'a'))
})
