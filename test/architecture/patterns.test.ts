import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { analyse } from 'scslre'
import t from 'tap'
import ts from 'typescript'
import { parts } from './rules.ts'
import { root, sources } from './sources.ts'

/** Files whose patterns read nothing but what titus-bed itself, or who installs a package of it, wrote. */
const ownTexts = ['deb/process/properties.ts']

const product = Object.keys(parts).filter((part) => part !== 'bench')

/** Why a pattern takes more than a time that grows as its text does; undefined when it does not. @see scslre, which finds such patterns */
function flawOf(source: string, flags: string): string | undefined {
  const { reports } = analyse({ source, flags }, { reportTypes: { Move: true, Self: true, Trade: true } })
  const [report] = reports
  if (report === undefined) return undefined
  return report.exponential ? 'takes an exponential time' : `takes the square of the length of its text (${report.type.toLowerCase()})`
}

function patternsIn(file: string, text: string): readonly { readonly file: string; readonly source: string; readonly flags: string }[] {
  const found: { file: string; source: string; flags: string }[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/')
      found.push({ file, source: node.text.slice(1, end), flags: node.text.slice(end + 1) })
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest))
  return found
}

/** The patterns of a JSON Schema, which are tried on what a file says. */
function patternsOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([key, value]) => [
    ...(key === 'pattern' && typeof value === 'string' ? [value] : []),
    ...(key === 'patternProperties' ? Object.keys(value as object) : []),
    ...patternsOf(value),
  ])
}

t.test('no pattern takes longer than its text is long: what a machine answers must not keep the process busy', async (t) => {
  const files = product.flatMap(sources).filter((file) => !ownTexts.includes(file))
  const all = files.flatMap((file) => patternsIn(file, readFileSync(join(root, file), 'utf8')))
  t.ok(all.length > 200, `${all.length} patterns`)
  for (const { file, source, flags } of all) t.equal(flawOf(source, flags), undefined, `${file}: /${source}/${flags}`)
})

t.test('nor does one of the schemas', async (t) => {
  for (const name of ['cluster', 'project', 'scenario', 'step-file', 'testbed', 'hosts-file/hosts-file']) {
    const patterns = new Set(patternsOf(JSON.parse(readFileSync(join(root, 'schemas', `${name}.schema.json`), 'utf8'))))
    for (const pattern of patterns) t.equal(flawOf(pattern, 'u'), undefined, `${name}: ${pattern}`)
  }
})

t.test('a pattern that takes longer is seen', async (t) => {
  t.match(flawOf(String.raw`\n+$`, ''), /square/)
  t.match(flawOf('^(a+)+$', ''), /exponential/)
  t.equal(patternsIn('x.ts', 'const a = /b+/g.exec(c)').length, 1)
})
