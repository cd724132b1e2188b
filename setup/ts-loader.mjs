// Lets node run the sources as they are: `node --import ./setup/ts-loader.mjs FILE.ts`. Types are only taken away; the tests check them
// in a ring of their own. What esbuild made of a file is kept below node_modules/.cache, by path and content.
import { register } from 'node:module'

register('./ts-loader-hooks.mjs', import.meta.url)
