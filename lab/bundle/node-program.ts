import { fileURLToPath } from 'node:url'

/**
 * The command line that runs one of our modules as a program of its own, from source or from dist/.
 * @param module  URL of the module: `new URL('./supervisor.ts', import.meta.url)`; in dist/ the ending is `.js`
 * @returns       argv, the program first
 */
export function buildNodeCommand(module: URL, ...args: readonly string[]): readonly string[] {
  // The build rewrites import specifiers, not URLs.
  const isSource = import.meta.url.endsWith('.ts')
  const file = isSource ? fileURLToPath(module) : fileURLToPath(module).replace(/\.ts$/, '.js')
  const loader = isSource ? ['--import', new URL('../../setup/ts-loader.mjs', import.meta.url).href] : []
  return [process.execPath, ...loader, file, ...args]
}
