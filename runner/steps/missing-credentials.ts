import { ConnectionError } from '../hops/connection-error.ts'
import { parseHttpUrl } from '../hops/http-url.ts'
import type { Machine } from '../hops/machine.ts'
import type { AwsVerdict } from './aws-verdict.ts'

/** Where the AWS CLI asks for credentials when nothing else gives it any: on EC2, and in a task of Titus through the proxy of its agent. */
const usualEndpoint = 'http://169.254.169.254'
const answerTimeoutMs = 3000

/**
 * Says of a call that found no credentials whether the service that gives them can be reached from there; any other verdict stays as it is.
 *
 * @param endpoint  what AWS_EC2_METADATA_SERVICE_ENDPOINT says there, where it is set
 */
export async function explainMissingCredentials(
  found: AwsVerdict,
  machine: Machine,
  { endpoint, signal }: { readonly endpoint: string | undefined; readonly signal: AbortSignal },
): Promise<AwsVerdict> {
  if (found.verdict !== 'unknown' || !/unable to locate credentials/i.test(found.detail)) return found
  const url = parseHttpUrl(endpoint ?? usualEndpoint)
  if (url === undefined) return found
  try {
    const dialled = await machine.dial(url.hostname, url.port, { timeoutMs: answerTimeoutMs, signal })
    if (dialled.state === 'open') {
      dialled.stream.destroy()
      return { ...found, detail: `${found.detail} (the metadata service at ${url.hostname} can be reached, and gives none)` }
    }
    const detail = `the metadata service does not answer at ${url.hostname}:${url.port} (${dialled.state}; in a task it is its agent's metadata proxy)`
    return { ...found, detail, lasting: true }
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error
    return found
  }
}
