import { resolve } from 'node:path'
import { buildPackages } from './build.ts'

// Usage: main OUT. Builds the packages into the folder OUT.

const [out] = process.argv.slice(2)
if (out === undefined) {
  console.error('usage: main OUT')
  process.exitCode = 2
} else {
  for (const { file, sha256 } of await buildPackages(resolve(out))) console.log(`${sha256}  ${file}`)
}
