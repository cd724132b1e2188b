import { createHash } from 'node:crypto'
import { ConnectionError } from './connection-error.ts'
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

const putScript = 'umask 077; cat >"$1.part" && chmod "$2" "$1.part" && mv -f "$1.part" "$1" && sha256sum <"$1"'

/** Writes a file on a machine: whole or not at all. `mode` is octal (`0644`). @throws ConnectionError, or Error with what the machine said */
export async function putFile(
  machine: Machine,
  content: Buffer,
  path: string,
  mode: string,
  options: TransferOptions,
): Promise<Transferred> {
  const exit = await machine.exec(['sh', '-c', putScript, 'titus-bed', path, mode], { ...options, stdin: content })
  if (exit.exitCode !== 0) throw new Error(`cannot write ${path} on ${machine.name}: ${exit.stderr.trim() || exit.ended}`)
  return compare(machine, path, content, exit.stdout)
}

/** Reads a file of a machine. @throws ConnectionError, or Error with what the machine said */
export async function getFile(
  machine: Machine,
  path: string,
  options: TransferOptions,
): Promise<Transferred & { readonly content: Buffer }> {
  const sum = await machine.exec(['sh', '-c', 'sha256sum <"$1"', 'titus-bed', path], options)
  if (sum.exitCode !== 0) throw new Error(`cannot read ${path} on ${machine.name}: ${sum.stderr.trim() || sum.ended}`)
  const stream = await machine.pipe(['cat', '--', path], options)
  stream.end()
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  const content = Buffer.concat(chunks)
  return { ...compare(machine, path, content, sum.stdout), content }
}

function compare(machine: Machine, path: string, content: Buffer, sum: string): Transferred {
  const sha256 = createHash('sha256').update(content).digest('hex')
  const there = sum.trim().split(/\s+/)[0]
  if (there !== sha256)
    throw new ConnectionError(
      'connection',
      `${path} arrived damaged between here and ${machine.name}: sha256 ${sha256} here, ${there} there`,
    )
  return { bytes: content.length, sha256 }
}
