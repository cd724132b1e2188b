import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** The program of the page and its style, as they stand in it. */
export interface PageParts {
  readonly script: string
  readonly style: string
}

let parts: PageParts | undefined

/** Bundles them out of their sources, once. The build puts what this gives in the place of this file. */
export function pageParts(): PageParts {
  parts ??= { script: bundlePage(), style: readFileSync(new URL('./page/style.css', import.meta.url), 'utf8') }
  return parts
}

/** The program of the page in one text, which has no `</script` in it. */
function bundlePage(): string {
  // It is a tool of the build, and takes its time to load.
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild')
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('./page/main.ts', import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}
