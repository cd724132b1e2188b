import { request } from 'node:http'
import { basename, dirname } from 'node:path'
import type { Json } from '../../schemas/json.ts'
import { openSocketFolder } from '../../system/socket-folder.ts'
import { StepError } from '../step-error.ts'

/** How long the region may take for one order, in milliseconds: to freeze, to end what runs. */
const answerMs = 60_000

/** What is asked of the region of a lab for one machine: `PUT` breaks, `DELETE` heals. */
export interface RegionOrder {
  readonly method: 'PUT' | 'DELETE'
  readonly instanceId: string
  readonly kind: 'crash' | 'freeze' | 'isolate' | 'slow'
  readonly values?: Json
}

/**
 * Asks the region of a lab, by its control socket, to break or heal a machine. It answers when it is so.
 * @throws StepError `lacks-capability` what this computer cannot do, `connection` when no lab answers, `machine` why it was not done
 */
export async function askRegion(socket: string, { method, instanceId, kind, values }: RegionOrder, signal: AbortSignal): Promise<void> {
  const { status, text } = await exchange(socket, method, `/faults/${instanceId}/${kind}`, values, signal)
  if (status === 200) return
  if (status === 501) throw new StepError('lacks-capability', text, { hint: 'what is lost or held to a rate needs no netem' })
  throw new StepError('machine', `the lab did not do it: ${text}`)
}

async function exchange(socket: string, method: string, path: string, values: Json | undefined, signal: AbortSignal): Promise<Answer> {
  const fail = (error: unknown): never => {
    if (signal.aborted) throw new StepError('timeout', 'the lab has not done it by then', { cause: error })
    const hint = 'is the lab up? titus-bed status'
    throw new StepError(
      'connection',
      `the lab does not answer: ${(error as Error).message.replace(/\/proc\/self\/fd\/\d+/, dirname(socket))}`,
      {
        cause: error,
        hint,
      },
    )
  }
  let folder
  try {
    folder = openSocketFolder(dirname(socket))
  } catch (error) {
    return fail(error)
  }
  try {
    return await send(folder.path(basename(socket)), method, path, values, signal)
  } catch (error) {
    return fail(error)
  } finally {
    folder.close()
  }
}

interface Answer {
  readonly status: number
  readonly text: string
}

function send(socketPath: string, method: string, path: string, values: Json | undefined, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ agent: false, socketPath, method, path, timeout: answerMs, signal }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(parts).toString()
        resolve({ status: response.statusCode ?? 0, text: readText(text) })
      })
    })
    asked.on('timeout', () => asked.destroy(new Error('no answer within a minute')))
    asked.on('error', reject)
    asked.end(values === undefined ? '' : JSON.stringify(values))
  })
}

function readText(text: string): string {
  try {
    return String(JSON.parse(text))
  } catch {
    return text
  }
}
