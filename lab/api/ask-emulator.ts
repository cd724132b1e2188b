import { request } from 'node:http'

import type { Json } from '../../schemas/json.ts'

/** What the emulator refused; `code` is its own, such as `AssumeRoleUnauthorizedAccess`. */
export class EmulatorRefusal extends Error {
  override readonly name = 'EmulatorRefusal'
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

const deadlineMs = 20_000

/**
 * Asks the internal side of the emulator (lab/emulator/internal.py), which is not part of the AWS API.
 * @param socketPath  the internal socket
 * @throws            EmulatorRefusal for 403 and 404; the system's error when nobody listens; after 20 s
 */
export function askEmulator(socketPath: string, method: 'GET' | 'POST', path: string): Promise<Json> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method, path, signal: AbortSignal.timeout(deadlineMs) }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.once('error', reject)
      answer.once('end', () => {
        const text = Buffer.concat(parts).toString()
        if (answer.statusCode === 200) return resolve(JSON.parse(text) as Json)
        return reject(describeRefusal(answer.statusCode ?? 0, text))
      })
    })
    outgoing.once('error', reject)
    outgoing.end()
  })
}

function describeRefusal(status: number, text: string): Error {
  if (status !== 403 && status !== 404) return new Error(`the emulator answered ${status}: ${text.slice(0, 500)}`)
  const { code, message } = JSON.parse(text) as { readonly code: string; readonly message: string }
  return new EmulatorRefusal(code, message)
}
