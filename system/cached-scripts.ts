import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'
import { writeDurably } from './durable-file.ts'
import { makeFolders } from './make-folders.ts'

/** How often what a file came to is written: a later start compiles functions that the ones before did not call. */
const mostWritings = 4

/** Where the bytecode of a file stands in the cache, and how often it was written. */
type Entry = readonly [from: number, length: number, writings: number]

interface Cache {
  /** What the bytecode was made of, and by which Node.js. */
  readonly made: string
  readonly entries: Readonly<Record<string, Entry>>
  readonly bytes: Buffer
}

type Run = (exports: unknown, require: NodeJS.Require, module: { exports: unknown }, filename: string, dirname: string) => void

/**
 * Runs a CommonJS file and those that it requires by a relative path, as `require` does. What V8 compiled of them is kept in a file, so that a
 * later start does not compile it again. A cache that does not fit the file and this Node.js is not used, one that cannot be written is not
 * missed.
 *
 * @param main       absolute; whatever else changes, it is another file then
 * @param cacheFile  absolute; only who may write the scripts may be able to write it, since what stands in it is run
 */
export function runCached(main: string, cacheFile: string): void {
  const { ino, mtimeMs, size } = statSync(main)
  const made = [process.version, process.arch, ino, mtimeMs, size].join(' ')
  const cache = readCache(cacheFile, made)
  const scripts = new Map<string, Script>()
  const rejected = new Set<string>()
  const modules = new Map<string, { exports: unknown }>()
  const load = (file: string): unknown => {
    const known = modules.get(file)
    if (known !== undefined) return known.exports
    const module = { exports: {} as unknown }
    modules.set(file, module)
    const [from, length] = cache.entries[file] ?? [0, 0]
    const cachedData = length === 0 ? undefined : cache.bytes.subarray(from, from + length)
    const text = `(function (exports, require, module, __filename, __dirname) { ${readFileSync(file, 'utf8').replace(/^#!.*/, '')}\n})`
    const script = new Script(text, { filename: file, ...(cachedData === undefined ? {} : { cachedData }) })
    if (script.cachedDataRejected === true) rejected.add(file)
    scripts.set(file, script)
    const folder = dirname(file)
    const others = createRequire(file)
    const require = (name: string): unknown => (/^\..*\.cjs$/.test(name) ? load(join(folder, name)) : others(name))
    const run = script.runInThisContext() as Run
    run(module.exports, Object.assign(require, others), module, file, folder)
    return module.exports
  }
  process.once('exit', () => {
    const isKept = [...scripts.keys()].every((file) => !rejected.has(file) && (cache.entries[file]?.[2] ?? 0) >= mostWritings)
    if (!isKept) writeCache(cacheFile, made, cache, scripts)
  })
  load(main)
}

function readCache(file: string, made: string): Cache {
  const nothing: Cache = { made, entries: {}, bytes: Buffer.alloc(0) }
  try {
    const content = readFileSync(file)
    const end = content.indexOf('\n')
    const head = JSON.parse(content.toString('utf8', 0, end)) as Omit<Cache, 'bytes'>
    return head.made === made ? { ...head, bytes: content.subarray(end + 1) } : nothing
  } catch {
    return nothing
  }
}

/** Writes what was compiled, and what the cache held of files that this start did not need. */
function writeCache(file: string, made: string, before: Cache, scripts: ReadonlyMap<string, Script>): void {
  const entries: Record<string, Entry> = {}
  const parts: Buffer[] = []
  let length = 0
  const add = (name: string, part: Buffer, writings: number): void => {
    entries[name] = [length, part.length, writings]
    parts.push(part)
    length += part.length
  }
  for (const [name, script] of scripts) add(name, script.createCachedData(), (before.entries[name]?.[2] ?? 0) + 1)
  for (const [name, [from, size, writings]] of Object.entries(before.entries))
    if (!scripts.has(name)) add(name, before.bytes.subarray(from, from + size), writings)
  try {
    makeFolders(dirname(file))
    // V8 trusts what it gets here, so that no other start may find a part of it, whatever happens to this computer.
    writeDurably(file, Buffer.concat([Buffer.from(`${JSON.stringify({ made, entries })}\n`), ...parts]), 0o644)
  } catch {
    // Without a cache the next start compiles again.
  }
}
