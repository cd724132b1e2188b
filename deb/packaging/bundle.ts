import { readFile, writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = fileURLToPath(new URL('..', import.meta.url))
/** `.ts` when the sources run, `.js` when what was compiled from them runs. */
const ending = extname(fileURLToPath(import.meta.url))

/**
 * Bundles a program and everything it imports into one ECMAScript module for node 18 and newer.
 *
 * @param entry  path below `deb/` without ending
 * @throws       esbuild's BuildFailure
 */
export async function bundleProgram(entry: string): Promise<Uint8Array> {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [`${entry}${ending}`],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node18',
    format: 'esm',
    // Bundled CommonJS packages ask for node's own modules by require.
    banner: { js: "#!/usr/bin/env node\nimport { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'silent',
  })
  const [output] = result.outputFiles
  if (output === undefined) throw new Error(`esbuild made nothing of ${entry}`)
  return output.contents
}

/** Reads a file that lies below `deb/`. */
export function readAsset(path: string): Promise<Buffer> {
  return readFile(new URL(`../${path}`, import.meta.url))
}

/** Bundles a program into a file of mode 0755. */
export async function writeProgram(entry: string, path: string): Promise<void> {
  await writeFile(path, await bundleProgram(entry), { mode: 0o755 })
}
