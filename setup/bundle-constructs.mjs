// Bundles stack/constructs.ts with the construct library and the AWS bindings into one self-contained file: the packages are 400 MB
// installed and need half a second to load, what the stack uses of them is 3 MB. Usage: node setup/bundle-constructs.mjs OUTFILE
// The notices of all that went in stand beside it, in OUTFILE.LICENSE.txt (most of it is MPL-2.0, unmodified).
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const [outfile] = process.argv.slice(2)
if (outfile === undefined) throw new Error('usage: node setup/bundle-constructs.mjs OUTFILE')

// The library is CommonJS and looks for these three, which an ES module does not have.
const banner = [
  "import { createRequire as __createRequire } from 'node:module'",
  "import { fileURLToPath as __fileURLToPath } from 'node:url'",
  'const require = __createRequire(import.meta.url)',
  'const __filename = __fileURLToPath(import.meta.url)',
  "const __dirname = __fileURLToPath(new URL('.', import.meta.url))",
].join('\n')

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ['stack/constructs.ts'],
  outfile,
  allowOverwrite: true,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  treeShaking: true,
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'eof',
  banner: { js: banner },
  metafile: true,
  logLevel: 'warning',
})

const folders = new Set(Object.keys(metafile.inputs).flatMap((input) => packageFolder(input) ?? []))
writeFileSync(
  `${outfile}.LICENSE.txt`,
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
