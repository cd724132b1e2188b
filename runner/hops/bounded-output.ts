/** The most that is kept of one stream of a command: 1 MiB. */
export const outputLimitBytes = 1 << 20

/** Collects a stream up to a limit and goes on reading after it, so that the writer never blocks. */
export interface BoundedOutput {
  add(chunk: Buffer): void
  text(): string
  readonly truncated: boolean
}

/** @param limit  bytes to keep */
export function createBoundedOutput(limit = outputLimitBytes): BoundedOutput {
  const chunks: Buffer[] = []
  let size = 0
  let truncated = false
  return {
    add(chunk) {
      const room = limit - size
      if (chunk.length > room) truncated = true
      if (room <= 0) return
      chunks.push(chunk.subarray(0, room))
      size += Math.min(room, chunk.length)
    },
    text: () => Buffer.concat(chunks).toString('utf8'),
    get truncated() {
      return truncated
    },
  }
}
