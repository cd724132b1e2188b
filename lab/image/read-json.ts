import { readFile } from 'node:fs/promises'

/** Reads a file of JSON that a cache keeps; undefined where it is absent or damaged, for then what it tells of is made anew. */
export async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T
  } catch {
    return undefined
  }
}
