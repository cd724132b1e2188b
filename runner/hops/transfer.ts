import { createHash } from 'node:crypto'
import { countOf } from '../../system/count-of.ts'
import { ConnectionError } from './connection-error.ts'
import type { Exit } from './exit.ts'
import type { Machine } from './machine.ts'

/** What a copied file came to. */
export interface Transferred {
  readonly bytes: number
  /** Lower-case hexadecimal, computed on both sides and equal. */
  readonly sha256: string
}

interface TransferOptions {
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** The scripts of both ways. A path may be anything that a file may be called, also what looks like an option. */
const putScript = `
  [ ! -d "$1" ] || { echo 'it is a folder: name the file in it' >&2; exit 1; }
  umask 077
  cat >"$1.part" && chmod -- "$2" "$1.part" && mv -f -- "$1.part" "$1" && sha256sum <"$1"`
const sumScript = `
  [ ! -d "$1" ] || { echo 'it is a folder: name the file in it' >&2; exit 1; }
  [ ! -e "$1" ] || [ -f "$1" ] || { echo 'it is no regular file' >&2; exit 1; }
  sha256sum <"$1" && wc -c <"$1"`

/** Writes a file on a machine: whole or not at all. `mode` is octal (`0644`). @throws ConnectionError, or Error with what the machine said */
export async function putFile(
  machine: Machine,
  content: Buffer,
  path: string,
  mode: string,
  options: TransferOptions,
): Promise<Transferred> {
  const exit = await machine.exec(['sh', '-c', putScript, 'titus-bed', path, mode], { ...options, stdin: content })
  if (exit.exitCode !== 0) throw explain(`cannot write ${path} on ${machine.name}`, exit)
  const sha256 = createHash('sha256').update(content).digest('hex')
  return compare(machine, path, { bytes: content.length, sha256 }, exit.stdout)
}

/** Reads a file of a machine, however big: `keep` gets it in pieces, the next one when it is done with the one before.
 *  @throws ConnectionError, or Error with what the machine said */
export async function getFile(
  machine: Machine,
  path: string,
  keep: (piece: Buffer) => unknown,
  options: TransferOptions,
): Promise<Transferred> {
  const sum = await machine.exec(['sh', '-c', sumScript, 'titus-bed', path], options)
  if (sum.exitCode !== 0) throw explain(`cannot read ${path} on ${machine.name}`, sum)
  const stream = await machine.pipe(['sh', '-c', 'cat <"$1"', 'titus-bed', path], options)
  stream.end()
  const hash = createHash('sha256')
  let bytes = 0
  const piecesOf = async function* (): AsyncGenerator<Buffer> {
    try {
      yield* stream as AsyncIterable<Buffer>
    } catch (cause) {
      throw partial(machine, path, bytes, sum.stdout, cause)
    }
  }
  for await (const piece of piecesOf()) {
    hash.update(piece)
    bytes += piece.length
    await keep(piece)
  }
  if (bytes < sizeIn(sum.stdout)) throw partial(machine, path, bytes, sum.stdout)
  return compare(machine, path, { bytes, sha256: hash.digest('hex') }, sum.stdout)
}

function explain(what: string, { ended, stderr }: Exit): Error {
  if (ended === 'lost') return new ConnectionError('connection', `${what}: the connection was lost`)
  return new Error(`${what}: ${stderr.trim() || ended}`)
}

/** The second line of what the machine says of a file. */
function sizeIn(sum: string): number {
  return Number(sum.split('\n')[1])
}

function partial({ name }: Machine, path: string, bytes: number, sum: string, cause?: unknown): ConnectionError {
  return new ConnectionError('connection', `${path} came from ${name} only in part: ${bytes} of ${countOf(sizeIn(sum), 'byte')}`, { cause })
}

function compare(machine: Machine, path: string, here: Transferred, sum: string): Transferred {
  const there = sum.trim().split(/\s+/)[0]
  if (there === here.sha256) return here
  throw new ConnectionError(
    'connection',
    `${path} arrived damaged between here and ${machine.name}: sha256 ${here.sha256} here, ${there} there`,
  )
}
