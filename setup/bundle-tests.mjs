// Bundles test files with what they load of the sources and of packages: a process then reads few files, and needs no loader. What the
// sources read beside them, they read where they stand.
// usage: node --import ./setup/ts-loader.mjs setup/bundle-tests.mjs OUT FILE...   FILE.ts becomes OUT/FILE.mjs, the command line OUT/cli/main.js
import { readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, transform } from 'esbuild'
import { bundleChecks } from './bundle-checks.mjs'
import { bundleTap } from './ts-loader-hooks.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const [out, ...files] = process.argv.slice(2)
if (files.length === 0) throw new Error('usage: node --import ./setup/ts-loader.mjs setup/bundle-tests.mjs OUT FILE...')

const tap = pathToFileURL(await bundleTap()).href
const programs = ['cli/main.ts', 'runner/evaluation/worker.ts']
const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true } }

/** These look for what stands beside them, or are too big to be worth it. */
const external = ['*.node', 'esbuild', 'playwright-core', 'prettier', 'typescript', 'xmllint-wasm', 'cdktf', 'constructs', '@cdktf/*']

// Packages in CommonJS look for these three, which an ES module does not have.
const banner = [
  "import { createRequire as __createRequire } from 'node:module'",
  `const __filename = ${JSON.stringify(join(root, 'package.json'))}, __dirname = ${JSON.stringify(root)}`,
  'const require = __createRequire(__filename)',
].join('\n')

const places = {
  name: 'places',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^tap$/ }, () => ({ path: tap, external: true }))
    // Checks are ready, as in the built program, but for tests of how they are made.
    onResolve({ filter: /\/schema-checks\.ts$/ }, ({ importer, resolveDir }) =>
      importer.endsWith('/validation/validate.ts') ? { path: join(resolveDir, 'ready-checks.ts') } : undefined,
    )
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = readFileSync(path, 'utf8')
      if (!text.includes('import.meta.url') || path.includes('/node_modules/')) return undefined
      // A thread has no loader either, and what was compiled stands among the bundles.
      const isBuilt = /\/(ready-checks|evaluator)\.ts$/.test(path)
      const place = isBuilt ? join(out, relative(root, path)).replace(/\.ts$/, '.js') : path
      const define = { 'import.meta.url': JSON.stringify(pathToFileURL(place).href) }
      const { code } = await transform(text, { loader: 'ts', target: 'es2023', define, tsconfigRaw })
      return { contents: code, loader: 'js' }
    })
  },
}

rmSync(out, { recursive: true, force: true })
const options = { absWorkingDir: root, bundle: true, platform: 'node', format: 'esm', target: 'node20', mainFields: ['module', 'main'] }
const more = { external, outbase: '.', outdir: out, banner: { js: banner }, plugins: [places], legalComments: 'none', logLevel: 'warning' }
await build({ ...options, ...more, entryPoints: files, outExtension: { '.js': '.mjs' }, splitting: true, chunkNames: 'chunks/[hash]' })
await build({ ...options, ...more, entryPoints: programs, splitting: true, chunkNames: 'chunks/[name]-[hash]' })
await bundleChecks(out)
