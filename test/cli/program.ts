import { fileURLToPath } from 'node:url'
import { tsLoader } from '../ts-loader.ts'

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
const bundled = process.env['TITUS_BED_BUNDLED']

/** What starts the command line as a process of its own: the sources as they are, or what a ring has bundled of them (setup/bundle-tests.mjs). */
export const program: readonly [string, ...string[]] =
  bundled === undefined ? [process.execPath, '--import', tsLoader, main] : [process.execPath, bundled]
