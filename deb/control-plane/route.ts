import type { HttpRequest, HttpResponse } from './gateway/http-message.ts'
import { plan } from './gateway/plan.ts'
import { applyCall } from './master/apply-call.ts'
import type { MasterContext, MasterState, Step } from './master/state.ts'

/** The whole API as one pure function: a request to the gateway, answered by a master in the given state. Requests that the gateway
 *  passes on to the master's own HTTP (v2) have no answer here: status 502. */
export function route(state: MasterState, request: HttpRequest, context: MasterContext): Step & { readonly response: HttpResponse } {
  const decision = plan(request)
  if (decision.kind === 'answer') return { state, effects: [], response: decision.response }
  if (decision.kind === 'proxy') return { state, effects: [], response: { status: 502, contentType: 'text/plain', body: '' } }
  const step = applyCall(state, decision.call, context)
  return { state: step.state, effects: step.effects, response: decision.present(step.reply) }
}
