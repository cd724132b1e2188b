import { request } from 'node:http'
import { TestbedError } from '../../schemas/failure.ts'
import { openSocketFolder } from '../../system/socket-folder.ts'

/** A lab that runs answered with an error. */
export class LabRefusal extends TestbedError {
  /** The status of its answer, as HTTP has it. */
  readonly status: number
  constructor(status: number, message: string) {
    super(message, { hint: 'titus-bed apply' })
    this.status = status
  }
}

/** Where a relay listens. */
export interface RelayEnd {
  readonly host: '127.0.0.1'
  readonly port: number
}

/**
 * Opens a loopback listener whose connections come out of the lab's internet side, where security groups apply.
 * The same question has the same answer as long as the lab runs.
 * @param address  a public address of the region, or the private one of an interface that has a public one
 * @throws TestbedError when the lab does not run or refuses the question
 */
export function openRelay(stateDir: string, address: string, port: number): Promise<RelayEnd> {
  return askSocket<RelayEnd>(stateDir, 'supervisor.sock', 'POST', `/relay?address=${encodeURIComponent(address)}&port=${port}`)
}

/**
 * Asks one of the lab's sockets; the answer is JSON.
 * @throws LabRefusal when it answers with an error; TestbedError when the lab does not run, or does not answer within ten seconds
 */
export async function askSocket<Answer>(stateDir: string, socket: string, method: string, path: string): Promise<Answer> {
  const refusal = `the lab does not answer (${method} ${path})`
  const fail = (reason: string, cause: unknown): TestbedError =>
    new TestbedError(`${refusal}: ${reason}`, { hint: 'titus-bed apply', cause })
  let sockets
  try {
    sockets = openSocketFolder(stateDir)
  } catch (error) {
    throw fail('it has no state folder', error)
  }
  try {
    const { status, text } = await exchange(sockets.path(socket), method, path)
    if (status !== 200) throw new LabRefusal(status, `${refusal}: ${status} ${text}`)
    return JSON.parse(text) as Answer
  } catch (error) {
    // The path that the system names is good in this process alone.
    throw error instanceof TestbedError ? error : fail((error as Error).message.replaceAll(sockets.path(''), `${stateDir}/`), error)
  } finally {
    sockets.close()
  }
}

function exchange(socketPath: string, method: string, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    // No connection is kept: the path of the next lab's socket may be the same, since a descriptor's number is used again.
    const asked = request({ agent: false, socketPath, method, path, timeout: 10_000 }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      response.on('error', reject)
    })
    asked.on('timeout', () => asked.destroy(new Error('no answer within ten seconds')))
    asked.on('error', reject)
    asked.end()
  })
}
