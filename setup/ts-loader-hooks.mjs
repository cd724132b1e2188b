import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../node_modules/.cache/ts-loader/', import.meta.url))
let esbuild

/** The JavaScript of a TypeScript file. */
async function compile(path, text) {
  const kept = join(folder, `${createHash('sha256').update(`${path}\0${text}`).digest('hex')}.mjs`)
  try {
    return readFileSync(kept, 'utf8')
  } catch {
    esbuild ??= await import('esbuild')
    const tsconfigRaw = { compilerOptions: { target: 'es2023', verbatimModuleSyntax: true } }
    const { code } = await esbuild.transform(text, { loader: 'ts', sourcemap: 'inline', sourcefile: path, tsconfigRaw })
    mkdirSync(folder, { recursive: true })
    // Several processes may compile the same file: each writes its own draft, and the last one that is done stays.
    const draft = `${kept}.${process.pid}`
    writeFileSync(draft, code)
    renameSync(draft, kept)
    return code
  }
}

export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !/\.ts(\?|$)/.test(url)) return nextLoad(url, context)
  const path = fileURLToPath(url)
  return { format: 'module', source: await compile(path, readFileSync(path, 'utf8')), shortCircuit: true }
}
