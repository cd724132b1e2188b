import type { MasterCall, MasterReply } from '../protocol/master-rpc.ts'

/** Asks the master, for at most `timeoutMs`. Never rejects: no answer in time is DEADLINE_EXCEEDED, no master UNAVAILABLE. */
export async function askMaster(url: string, call: MasterCall, timeoutMs: number): Promise<MasterReply> {
  try {
    const response = await fetch(`${url}/rpc`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(call),
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (response.ok) return (await response.json()) as MasterReply
    await response.arrayBuffer()
    const code = response.status === 503 ? 'UNAVAILABLE' : 'INTERNAL'
    return { ok: false, code, text: `StatusRuntimeException: HTTP status code ${response.status}` }
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') {
      return { ok: false, code: 'DEADLINE_EXCEEDED', text: `StatusRuntimeException: deadline exceeded after ${timeoutMs}ms` }
    }
    return { ok: false, code: 'UNAVAILABLE', text: 'StatusRuntimeException: io exception' }
  }
}
