import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

/** How much of a console is kept when its file has grown to `mostBytes`. */
const keptBytes = 131_072
const mostBytes = 2 * keptBytes
/** A console is slow: a machine that floods it must not keep the region busy. The pipe holds 64 KiB, so this is about 3 MiB a second. */
const pauseMs = 20

/** Appends what a machine says on its console to a file, and keeps the end of it only: a machine cannot fill this computer's disk by it. */
export function keepConsole(streams: readonly Readable[], file: string): void {
  for (const stream of streams) void follow(stream, file).catch(() => stream.resume())
}

async function follow(stream: Readable, file: string): Promise<void> {
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    append(file, chunk)
    await sleep(pauseMs)
  }
}

function append(file: string, chunk: Buffer): void {
  appendFileSync(file, chunk, { mode: 0o600 })
  if (statSync(file).size > mostBytes) writeFileSync(file, readFileSync(file).subarray(-keptBytes))
}
