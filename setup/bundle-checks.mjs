// Bundles the checks that the product's schemas are compiled to.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { compileChecks } from './compile-checks.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const checking = 'schemas/validation/schema-checks'

/** Writes the checks of the product's schemas below OUT, each a file that is loaded when it is needed, and what compiles those of users. */
export function bundleChecks(out) {
  const folder = dirname(checking)
  const files = new Map(compileChecks().map(({ file, code }) => [join(root, folder, file), code]))
  const options = { absWorkingDir: root, bundle: true, platform: 'node', format: 'cjs', target: 'node20', outbase: '.', outdir: out }
  const written = {
    name: 'checks',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /\/checks\/[\w-]+\.cjs$/ }, ({ path }) => ({ path }))
      onLoad({ filter: /\/checks\/[\w-]+\.cjs$/ }, ({ path }) => ({ contents: files.get(path), resolveDir: root }))
    },
  }
  const more = { ...options, outExtension: { '.js': '.cjs' }, legalComments: 'none', metafile: true, logLevel: 'warning' }
  return Promise.all([
    build({ ...more, entryPoints: [...files.keys()], plugins: [written], minify: true }),
    build({ ...more, entryPoints: [`${checking}.ts`] }),
  ])
}
