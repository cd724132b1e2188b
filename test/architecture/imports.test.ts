import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, normalize } from 'node:path'
import t from 'tap'

const root = new URL('../..', import.meta.url).pathname

/** Which part may import which; anything not listed is forbidden. The same table stands in the README. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  system: [],
  schemas: ['system'],
  stack: ['system', 'schemas'],
  lab: ['system', 'schemas'],
  runner: ['system', 'schemas'],
  deb: ['system', 'schemas', 'lab (types)'],
  cli: ['system', 'schemas', 'stack', 'lab', 'runner', 'deb'],
  bench: ['system', 'schemas', 'stack', 'lab', 'runner', 'deb', 'cli'],
}

/** The packages that only these files may know. */
const owners: Readonly<Record<string, readonly string[]>> = {
  cdktf: ['stack/constructs.ts'],
  constructs: ['stack/constructs.ts'],
  '@cdktf/provider-aws': ['stack/constructs.ts'],
  yaml: ['schemas/yaml/located-yaml.ts', 'runner/reporters/tap.ts'],
  ajv: ['schemas/validation/validate.ts'],
}

interface Import {
  readonly file: string
  readonly specifier: string
  readonly typeOnly: boolean
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(join(root, path)).isDirectory()) return sources(path)
    return name.endsWith('.ts') ? [path] : []
  })
}

function importsOf(file: string, text: string): Import[] {
  const pattern = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|import\(\s*'([^']+)'\s*\)/g
  return [...text.matchAll(pattern)].map((match) => ({ file, specifier: match[2] ?? match[3] ?? '', typeOnly: match[1] !== undefined }))
}

function violations(imports: readonly Import[]): string[] {
  return imports.flatMap(({ file, specifier, typeOnly }) => {
    const part = file.split('/')[0] ?? ''
    if (specifier.startsWith('.')) {
      const target = normalize(join(file, '..', specifier)).split('/')[0] ?? ''
      if (target === part) return []
      const rules = allowed[part] ?? []
      return rules.includes(target) || (typeOnly && rules.includes(`${target} (types)`)) ? [] : [`${file} imports ${specifier}`]
    }
    const owner = Object.entries(owners).find(([name]) => specifier === name || specifier.startsWith(`${name}/`))?.[1]
    return owner === undefined || owner.includes(file) ? [] : [`${file} imports ${specifier}, which only ${owner.join(' and ')} may`]
  })
}

t.test('imports point one way', async (t) => {
  const imports = Object.keys(allowed)
    .flatMap(sources)
    .flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')))
  t.ok(imports.length > 100, `the imports were read: ${imports.length}`)
  t.same(violations(imports), [])
})

t.test('a violation is seen', async (t) => {
  const planted = importsOf(
    'runner/x.ts',
    "import { a } from '../lab/b.ts'\nimport type { c } from '../stack/d.ts'\nconst e = await import('yaml')\n",
  )
  t.equal(violations(planted).length, 3)
  t.same(violations(importsOf('deb/x.ts', "import type { a } from '../lab/lab.ts'\n")), [])
})

t.test('no file is over 300 lines, none has a default export, none is a drawer', async (t) => {
  for (const file of [...Object.keys(allowed), 'test'].flatMap(sources)) {
    const text = readFileSync(join(root, file), 'utf8')
    t.ok(text.split('\n').length <= 301, `${file} is at most 300 lines`)
    t.notMatch(text, /^export default/m, `${file} has no default export`)
    t.notMatch(file, /(util|helper|manager|common)s?\//, file)
  }
})
