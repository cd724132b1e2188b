import type { MasterReply } from '../protocol/master-rpc.ts'
import { agentRoutes } from './agent-routes.ts'
import { autoscalingRoutes } from './autoscaling-routes.ts'
import { ApiError, apiErrorOf, errorResponse } from './errors.ts'
import { emptyResponse } from './http-message.ts'
import type { HttpRequest, HttpResponse } from './http-message.ts'
import { jobRoutes } from './job-routes.ts'
import { refuseOtherMedia } from './read-body.ts'
import type { Ask, Plan, Route } from './route.ts'
import { schedulerRoutes } from './scheduler-routes.ts'
import { taskRoutes } from './task-routes.ts'
import { planV2 } from './v2.ts'

const routes: readonly Route[] = [...jobRoutes, ...taskRoutes, ...agentRoutes, ...autoscalingRoutes, ...schedulerRoutes]

/** Decides what becomes of a request. Never throws. */
export function plan(request: HttpRequest): Plan {
  const v2 = planV2(request)
  if (v2 !== undefined) return v2
  try {
    const { route, parameters } = findRoute(request)
    refuseOtherMedia(request)
    const ask = route.answer(request, parameters)
    return { kind: 'call', call: ask.call, present: (reply) => present(request, ask, reply) }
  } catch (error) {
    return { kind: 'answer', response: errorResponse(toApiError(error), request) }
  }
}

function present(request: HttpRequest, ask: Ask, reply: MasterReply): HttpResponse {
  if (reply.ok) return ask.present?.(reply.value) ?? emptyResponse
  const error = reply.code === 'NOT_FOUND' && ask.absent !== undefined ? new ApiError(404, ask.absent) : apiErrorOf(reply.code, reply.text)
  return errorResponse(error, request)
}

function findRoute(request: HttpRequest): { route: Route; parameters: Readonly<Record<string, string>> } {
  const matches = routes.flatMap((route) => {
    const parameters = matchPath(`/api/v3${route.path}`, request.path)
    return parameters === undefined ? [] : [{ route, parameters }]
  })
  if (matches.length === 0) throw new ApiError(404, `null for uri: ${request.path}`)
  const found = matches.find(({ route }) => route.method === request.method)
  if (found === undefined) throw new ApiError(405, 'Method Not Allowed')
  return found
}

function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split('/')
  const given = path.replace(/\/$/, '').split('/')
  if (wanted.length !== given.length) return undefined
  const parameters: [string, string][] = []
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? ''
    if (segment.startsWith('{')) parameters.push([segment.slice(1, -1), decode(value)])
    else if (segment !== value) return undefined
  }
  return Object.fromEntries(parameters)
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function toApiError(error: unknown): ApiError {
  return error instanceof ApiError
    ? error
    : new ApiError(500, `Unexpected error: ${error instanceof Error ? error.message : String(error)}`)
}
