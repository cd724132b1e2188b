import { isAbsolute, relative, sep } from 'node:path'
import { FileRefused } from './file-refused.ts'

/** Where files may lie that somebody else's text names, such as a scenario from a pull request. */
export interface Fence {
  /** Absolute: what lies in them or below may be named. The nearest first. */
  readonly folders: readonly string[]
  /** What lies elsewhere may be named, too (`--allow-local`). */
  readonly open: boolean
}

/**
 * Refuses a path outside of the fence, and one with a hidden name in it, which no fence opens: `.git` and `.titus-bed` hold what programs and
 * this one trust.
 *
 * @param path  absolute
 * @throws FileRefused
 */
export function requireInside(path: string, { folders, open }: Fence): void {
  const ways = folders.map((folder) => relative(folder, path))
  const inside = ways.filter((way) => way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
  const hidden = (inside.length > 0 ? inside : ways.slice(0, 1)).map(hiddenName)
  const [name] = hidden
  if (name !== undefined && hidden.every((each) => each !== undefined)) {
    const hint = 'name a file whose path has no name that begins with a dot'
    throw new FileRefused('file-outside', `lies behind the hidden name ${name}, where no scenario reads or writes`, hint)
  }
  if (inside.length > 0 || open) return
  throw new FileRefused('file-outside', `lies outside of ${folders.join(' and ')}`, 'name a file there, or allow all others: --allow-local')
}

function hiddenName(way: string): string | undefined {
  return way.split(sep).find((name) => name.startsWith('.') && name !== '..' && name !== '.')
}
