import { readSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'

/** Gives the lines of a file that another process writes, as they come. */
export interface LineReader {
  /** Gives the whole lines that were added since the last look. */
  readonly read: () => void
  /** Gives the rest, also a last line without an end. */
  readonly end: () => void
}

/** @param file  an open file, read from its start, whatever its position is */
export function readLines(file: number, onLine: (line: string) => void): LineReader {
  const decoder = new StringDecoder('utf8')
  const chunk = Buffer.alloc(65_536)
  let position = 0
  let rest = ''
  const read = () => {
    for (let count = 1; count > 0; position += count) {
      count = readSync(file, chunk, 0, chunk.length, position)
      const lines = (rest + decoder.write(chunk.subarray(0, count))).split('\n')
      rest = lines.pop() ?? ''
      lines.forEach(onLine)
    }
  }
  return {
    read,
    end: () => {
      read()
      if (rest !== '') onLine(rest)
    },
  }
}
