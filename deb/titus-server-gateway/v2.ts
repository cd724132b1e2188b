import type { HttpRequest } from './http-message.ts'
import type { Plan } from './route.ts'

/** The v2 API at rc.57: jobs and tasks are refused in plain text, the rest goes to the master. Bare `/jobs`, `/tasks`, `/logs` and
 *  `/v2/…` mean `/api/v2/…`. Undefined for what is not v2. */
export function planV2(request: HttpRequest): Plan | undefined {
  const path = rewrite(request.path)
  if (!path.startsWith('/api/v2/')) return undefined
  if (/^\/api\/v2\/(jobs|tasks)(\/|$)/.test(path)) {
    return { kind: 'answer', response: { status: 403, contentType: 'text/plain', body: 'V2 Engine is turned off' } }
  }
  return { kind: 'proxy', path }
}

function rewrite(path: string): string {
  if (/^\/(jobs|tasks|logs)(\/|$)/.test(path)) return `/api/v2${path}`
  return path.startsWith('/v2/') ? `/api${path}` : path
}
