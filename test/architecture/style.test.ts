import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import ts from 'typescript'
import { commands } from '../../cli/commands/index.ts'
import { parts } from './rules.ts'
import { root, sources } from './sources.ts'

const files = [...Object.keys(parts), 'setup', 'test'].flatMap(sources)

/** What is against the house's style among the declarations that stand at the top of a file. */
function flawsOf(file: string, text: string): readonly string[] {
  const { statements } = ts.createSourceFile(file, text, ts.ScriptTarget.Latest)
  const variables = statements.filter(ts.isVariableStatement).flatMap(({ declarationList }) => declarationList.declarations)
  return variables.flatMap(({ name, type, initializer }) => {
    const told = ts.isIdentifier(name) ? name.text : '(several)'
    const isFunction = initializer !== undefined && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
    return [
      ...(isFunction && type === undefined ? [`${file}: ${told} is a function; write function ${told}(…)`] : []),
      ...(/^[A-Z][A-Z0-9_]+$/.test(told) ? [`${file}: ${told} is a constant; constants are written in camel case`] : []),
    ]
  })
}

t.test('functions are declared, and constants are in camel case', async (t) => {
  const flaws = files.flatMap((file) => flawsOf(file, readFileSync(join(root, file), 'utf8')))
  t.same(flaws, [])
})

t.test('what is against the style is seen', async (t) => {
  const text = 'const f = async (a) => a\nconst MAX = 1\nconst g: Check = (a) => a\nfunction h() { const inner = () => 1; return inner }\n'
  t.same(flawsOf('x.ts', text).length, 2)
})

t.test('no file is over 300 lines, none has a default export, none is a drawer', async (t) => {
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8')
    t.ok(text.split('\n').length <= 301, `${file} is at most 300 lines`)
    t.notMatch(text, /^export default/m, `${file} has no default export`)
    t.notMatch(file, /(util|helper|manager|common)s?(\/|[.-])/, file)
  }
})

/** What the product counts: a number and one of these make a text by `countOf`, which knows the singular. What has a limit of its own,
 *  a constant of many, is no count. */
const counted =
  /\$\{(?!most|longest|shortest|limit|countOf)[^{}]*\} (?:addresses|agents|attempts|bytes|cells|characters|claims|faults|files|gaps|hosts|interfaces|items|lines|machines|polls|problems|resources|rows|scenarios|steps|tasks|testbeds|times|values|warnings)\b/

t.test('one of something is told in the singular', async (t) => {
  const product = Object.keys(parts).filter((part) => part !== 'bench')
  for (const file of product.flatMap(sources)) t.notMatch(readFileSync(join(root, file), 'utf8'), counted, file)
  t.match('`${all} scenarios`', counted, 'what is against it is seen')
  t.notMatch("`${countOf(all, 'scenario')} scenarios`", counted)
})

/** The lines that a file tells a person with a command to type in them, and not as it is typed here. */
function untypedIn(file: string): readonly string[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'asTypedHere') return
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)
    if (isText && typed.test(node.text)) found.push(node.text)
    ts.forEachChild(node, visit)
  }
  const look = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^terminal\.(out|err|status)$/.test(node.expression.getText())) node.arguments.forEach(visit)
    else ts.forEachChild(node, look)
  }
  look(source)
  return found
}

const typed = new RegExp(`titus-bed (?:${commands.map(({ name }) => name).join('|')})\\b`)

t.test('a command to type is told as it is typed here', async (t) => {
  t.same(
    sources('cli').flatMap((file) => untypedIn(file).map((text) => `${file}: ${text}`)),
    [],
  )
})

/** Where the wall clock is read: for stamps, for what others date by it, and for times that outlast a process. */
const wallClocks = [
  'cli/running/reporting.ts',
  'cli/testbed/booting.ts',
  'cli/testbed/lease.ts',
  'cli/testbed/stop-testbed.ts',
  'deb/mesos-master/main.ts',
  'deb/mesos-master/server.ts',
  'deb/process/log.ts',
  'deb/titus-agent/aws/instance-metadata.ts',
  'deb/titus-agent/aws/put-object.ts',
  'deb/titus-agent/aws/query-api.ts',
  'deb/titus-agent/metadata-proxy/role-credentials.ts',
  'deb/titus-agent/metadata-proxy/server.ts',
  'deb/titus-agent/network/address-pool.ts',
  'deb/titus-server-master/server.ts',
  'lab/api/certificates.ts',
  'lab/image/apt/package-lists.ts',
  'lab/image/container/blobs.ts',
  'lab/image/unused-trees.ts',
  'lab/machines/machine.ts',
  'lab/metadata/role-credentials.ts',
  'lab/metadata/start-metadata.ts',
  'lab/mirror/serve-mirrors.ts',
  'lab/region/main.ts',
  'runner/index.ts',
  'runner/time/clock.ts',
  'stack/lock.ts',
]

t.test('deadlines and durations are measured by a clock that nobody sets', async (t) => {
  const read = Object.keys(parts)
    .flatMap(sources)
    .filter((file) => /\bDate\.now\b|new Date\(\)/.test(readFileSync(join(root, file), 'utf8')))
  t.same(read.filter((file) => !file.startsWith('bench/')).toSorted(), wallClocks)
})
