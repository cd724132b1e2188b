import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const folder = fileURLToPath(new URL('../node_modules/.cache/ts-loader/', import.meta.url))
let esbuild

/** Several processes may make the same file: each writes its own draft, and the last one that is done stays. */
function keep(path, text) {
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, text)
  renameSync(draft, path)
}

/** The JavaScript of a TypeScript file. */
async function compile(path, text) {
  const kept = join(folder, `${createHash('sha256').update(`${path}\0${text}`).digest('hex')}.mjs`)
  try {
    return readFileSync(kept, 'utf8')
  } catch {
    esbuild ??= await import('esbuild')
    const tsconfigRaw = { compilerOptions: { target: 'es2023', verbatimModuleSyntax: true } }
    const { code } = await esbuild.transform(text, { loader: 'ts', sourcemap: 'inline', sourcefile: path, tsconfigRaw })
    keep(kept, code)
    return code
  }
}

/** The package of the tests in one small file: its 280 files take longer to load than most tests to run. */
export async function bundleTap() {
  const require = createRequire(import.meta.url)
  const manifest = require.resolve('tap/package.json')
  // Tap leaves frames of its own packages out of what it shows of a stack, and knows them by this part of their path.
  const kept = join(folder, 'node_modules/@tapjs', `tap-${require(manifest).version}.mjs`)
  if (existsSync(kept)) return kept
  esbuild ??= await import('esbuild')
  const { outputFiles } = await esbuild.build({
    stdin: { contents: "export * from 'tap'; export { default } from 'tap'", resolveDir: dirname(manifest) },
    bundle: true,
    minify: true,
    keepNames: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    // What is CommonJS in it looks for this, which an ES module does not have.
    banner: {
      js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(${JSON.stringify(manifest)})`,
    },
  })
  keep(kept, outputFiles[0].text)
  return kept
}

export async function resolve(specifier, context, nextResolve) {
  if (specifier !== 'tap') return nextResolve(specifier, context)
  return { url: pathToFileURL(await bundleTap()).href, shortCircuit: true }
}

export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !/\.ts(\?|$)/.test(url)) return nextLoad(url, context)
  const path = fileURLToPath(url)
  return { format: 'module', source: await compile(path, readFileSync(path, 'utf8')), shortCircuit: true }
}
