// Bundles the programs of the product, with the packages that they stand on, into OUT: a start then reads few files.
// Usage: node --import ./setup/ts-loader.mjs setup/bundle.mjs OUT. The notices of all that went in stand in OUT/LICENSES.txt (most of the constructs is MPL-2.0, unmodified).
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'
import { pageParts } from '../runner/reporters/html/page-parts.ts'
import { bundleChecks } from './bundle-checks.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const [out] = process.argv.slice(2)
if (out === undefined) throw new Error('usage: node --import ./setup/ts-loader.mjs setup/bundle.mjs OUT')

// Packages in CommonJS look for these three, which an ES module does not have.
const banner = [
  "import { createRequire as __createRequire } from 'node:module'",
  "import { fileURLToPath as __fileURLToPath } from 'node:url'",
  'const require = __createRequire(import.meta.url)',
  'const __filename = __fileURLToPath(import.meta.url)',
  "const __dirname = __fileURLToPath(new URL('.', import.meta.url))",
].join('\n')

// What an ES module asks for its own place, in CommonJS.
const commonJs = { format: 'cjs', target: 'node20', define: { 'import.meta.url': '__url' } }
const place = "const __url = require('node:url').pathToFileURL(__filename).href"

const constructs = 'stack/constructs'
const ready = 'schemas/validation/ready-checks'

/** Bundles programs that stand in folders of the same depth. `splitting` puts what they share, and what is loaded late, into `chunks/`. */
function bundle(entries, options) {
  const [depth] = entries.map((entry) => entry.split('/').length - 1)
  return build({
    absWorkingDir: root,
    entryPoints: entries.map((entry) => `${entry}.ts`),
    outbase: '.',
    outdir: out,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['*.node'],
    legalComments: 'none',
    banner: { js: banner },
    plugins: [places('../'.repeat(depth))],
    metafile: true,
    logLevel: 'warning',
    ...options,
  })
}

/** Keeps `import.meta.url` of each source the place that it has in OUT, whichever file the source went into, so that it finds what stands
 *  beside it. The constructs are a file of their own. */
function places(up) {
  return {
    name: 'places',
    setup({ onLoad, onResolve }) {
      onLoad({ filter: /\/page-parts\.ts$/ }, () => ({ contents: `export const pageParts = () => (${JSON.stringify(pageParts())})` }))
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8')
        if (path.includes('/node_modules/') || !text.includes('import.meta.url')) return undefined
        const place = JSON.stringify(up + relative(root, path).replace(/\.ts$/, '.js'))
        return { contents: text.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`), loader: 'ts' }
      })
      onResolve({ filter: /\/constructs\.ts$/ }, () => ({ path: `${up}${constructs}.cjs`, external: true }))
      onResolve({ filter: /\/schema-checks\.ts$/ }, () => ({ path: join(root, `${ready}.ts`) }))
    },
  }
}

/** Bundles the command line: what commands share, and what is loaded late, stands in `chunks/`. All are CommonJS, of which V8 can be given what
 *  it compiled before; esbuild splits ES modules alone. */
async function bundleCommands() {
  const options = { splitting: true, chunkNames: 'chunks/[name]-[hash]', write: false, banner: {} }
  const result = await bundle(['cli/main'], options)
  for (const { path, text } of result.outputFiles) {
    const banner = text.includes('import.meta.url') ? place : ''
    const { code } = await transform(text, { ...commonJs, banner, supported: { 'dynamic-import': false } })
    const file = path.replace(/\.js$/, '.cjs')
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, code.replaceAll(/\brequire\("(\.[^"]*)\.js"\)/g, 'require("$1.cjs")'))
  }
  chmodSync(join(out, 'cli/main.cjs'), 0o755)
  return result
}

// One after the other: esbuild uses all processors for each, and has stopped for ever with seven at once.
const built = [
  await bundleCommands(),
  await bundle(['cli/start'], { ...commonJs, outExtension: { '.js': '.cjs' }, banner: { js: place } }),
  // Programs that live long are whole: a later build must not take from them what they load late. So is what a thread runs.
  await bundle(['lab/region/main', 'lab/bundle/supervisor', 'lab/bundle/sweeper', 'runner/evaluation/worker'], {}),
  await bundle(['bench/main'], {}),
  // The package of the AWS bindings is 400 MB installed and needs half a second to load; what the stack uses of it is 3 MB.
  await bundle([constructs], {
    ...commonJs,
    outExtension: { '.js': '.cjs' },
    banner: {},
    minifyWhitespace: true,
    minifySyntax: true,
    mainFields: ['main', 'module'],
    plugins: [],
  }),
  await bundleChecks(out),
]

const folders = new Set(built.flat().flatMap(({ metafile }) => Object.keys(metafile.inputs).flatMap((input) => packageFolder(input) ?? [])))
writeFileSync(
  join(out, 'LICENSES.txt'),
  [...folders]
    .sort()
    .map(notice)
    .join(`\n${'-'.repeat(80)}\n\n`),
)

/** The folder of the package that a file belongs to: after the last node_modules/, one segment, or two with a scope. */
function packageFolder(input) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]
}

function notice(folder) {
  const { name, version, license, homepage = '' } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  const texts = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
  const read = (file) => (existsSync(join(root, folder, file)) ? readFileSync(join(root, folder, file), 'utf8').trim() : '')
  return [`${name} ${version} (${license}) ${homepage}`, ...texts.map(read), ''].join('\n\n')
}
