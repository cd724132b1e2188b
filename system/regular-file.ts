import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { FileRefused } from './file-refused.ts'

/** The most that a file may have which somebody names, in bytes: one that is read as text, and one that is carried to a machine. */
export const mostBytes = { text: 2 ** 20, carried: 64 * 2 ** 20 } as const

/**
 * Reads a file that somebody names, whole: a regular one of at most `most` bytes. Whether it is one is asked before it is opened, since a pipe
 * would be waited for, a device would do something, and `/dev/zero` has no end.
 *
 * @throws FileRefused, or the error of Node.js when it cannot be opened
 */
export function readRegularFile(path: string, most: number): Buffer {
  requireRegular(statSync(path), most)
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    return readOpened(file, most)
  } finally {
    closeSync(file)
  }
}

/** Reads a file that was opened just now, on the same terms. @throws FileRefused */
export function readOpened(file: number, most: number): Buffer {
  const stats = fstatSync(file)
  requireRegular(stats, most)
  // A file may grow, and those of the kernel do not say how long they are: it is read up to its end, or to one byte more than is allowed.
  const pieces: Buffer[] = []
  let length = 0
  while (length <= most) {
    const piece = Buffer.allocUnsafe(Math.min(Math.max(stats.size - length, 0) + 4096, most + 1 - length))
    const read = readSync(file, piece)
    if (read === 0) return Buffer.concat(pieces)
    pieces.push(piece.subarray(0, read))
    length += read
  }
  throw tooLarge(most)
}

/** Refuses what is no regular file, or longer than `most` bytes. @throws FileRefused */
export function requireRegular(stats: Stats, most: number): void {
  if (stats.isDirectory()) throw new FileRefused('no-such-file', 'is a folder')
  if (!stats.isFile()) throw new FileRefused('no-such-file', 'is no regular file')
  if (stats.size > most) throw tooLarge(most)
}

function tooLarge(most: number): FileRefused {
  return new FileRefused('too-large', `has more than ${most / 2 ** 20} MiB`)
}
