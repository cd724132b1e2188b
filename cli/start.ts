import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runCached } from '../system/cached-scripts.ts'

// A run waits for machines most of its time. The space for young objects, which V8 would let grow to 48 MiB, saves it nothing.
if (['run', 'test', 'resume'].includes(process.argv[2] ?? '')) setFlagsFromString('--semi-space-growth-factor=1')
// Most of what checking files does is done a few hundred times, and over before it is worth that V8 makes it faster.
if (process.argv[2] === 'validate') setFlagsFromString('--interrupt-budget=500000')

// The launcher starts the built program here: main.cjs, with what V8 compiled of it when it was started before.
runCached(fileURLToPath(new URL('main.cjs', import.meta.url)), fileURLToPath(new URL('../.code/cache', import.meta.url)))
