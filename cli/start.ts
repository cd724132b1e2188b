import { fileURLToPath } from 'node:url'
import { runCached } from '../system/cached-scripts.ts'

// The launcher starts the built program here: main.cjs, with what V8 compiled of it when it was started before.
runCached(fileURLToPath(new URL('main.cjs', import.meta.url)), fileURLToPath(new URL('../.code/cache', import.meta.url)))
