import { createBoundedOutput } from './bounded-output.ts'

/** How much is kept of what came before the mark, in bytes. */
const keptBytes = 4096

/** Tells what a command writes from what was written before it, by a mark that stands in between. */
export interface AfterMark {
  /** Takes the next piece of the stream. @returns what of it belongs to the command */
  add(piece: Buffer): Buffer
  /** The first mark has come: the log-in is over. */
  readonly isLoggedIn: boolean
  /** The last mark has come: what follows is the command's. */
  readonly isStarted: boolean
  /** What came before the last mark: its beginning and its end, where it was long. */
  said(): string
}

/** How often the mark comes; the command's own output begins after the last. */
const marks = 2

/** @param mark  what no one else writes */
export function createAfterMark(mark: Buffer): AfterMark {
  const before = createBoundedOutput(keptBytes)
  /** What may be the beginning of a mark. */
  let held = Buffer.alloc(0)
  let seen = 0
  return {
    add(piece) {
      if (seen === marks) return piece
      held = Buffer.concat([held, piece])
      for (let at = held.indexOf(mark); at >= 0 && seen < marks; at = held.indexOf(mark)) {
        before.add(held.subarray(0, at))
        held = held.subarray(at + mark.length)
        seen += 1
      }
      const rest = seen === marks ? held.length : Math.max(0, held.length - mark.length + 1)
      const done = held.subarray(0, rest)
      held = held.subarray(rest)
      if (seen === marks) return done
      before.add(done)
      return Buffer.alloc(0)
    },
    get isLoggedIn() {
      return seen > 0
    },
    get isStarted() {
      return seen === marks
    },
    said: () => before.text() + held.toString('utf8'),
  }
}
