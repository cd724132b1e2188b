import { policiesMessage, policyIdMessage, putPolicyMessage, updatePolicyMessage } from '../dialect/autoscaling-messages.ts'
import type { Message } from '../dialect/descriptor.ts'
import { printMessage } from '../dialect/print.ts'
import type { MasterCall } from '../master/rpc.ts'
import { emptyResponse, json } from './http-message.ts'
import type { Ask, Route } from './route.ts'
import { readBody } from './read-body.ts'

function askForPolicies(call: MasterCall): Ask {
  return { call, present: (items) => json(200, printMessage(policiesMessage, { items })) }
}

/** The operations below /api/v3/autoscaling. */
export const autoscalingRoutes: readonly Route[] = [
  { method: 'GET', path: '/autoscaling/scalingPolicies', answer: () => askForPolicies({ method: 'getPolicies' }) },
  {
    method: 'GET',
    path: '/autoscaling/scalingPolicies/{jobId}',
    answer: (_request, { jobId = '' }) => askForPolicies({ method: 'getPolicies', jobId }),
  },
  {
    method: 'GET',
    path: '/autoscaling/scalingPolicy/{id}',
    answer: (_request, { id = '' }) => askForPolicies({ method: 'getPolicy', id }),
  },
  {
    method: 'POST',
    path: '/autoscaling/scalingPolicy',
    answer: (request) => {
      const body = readBody(request, putPolicyMessage)
      return {
        call: { method: 'createPolicy', jobId: body['jobId'] as string, policy: (body['scalingPolicy'] ?? {}) as Message },
        present: (id) => json(200, printMessage(policyIdMessage, { id })),
      }
    },
  },
  {
    method: 'PUT',
    path: '/autoscaling/scalingPolicy',
    answer: (request) => {
      const body = readBody(request, updatePolicyMessage)
      const id = ((body['policyId'] as Message | undefined)?.['id'] as string | undefined) ?? ''
      return { call: { method: 'updatePolicy', id, policy: (body['scalingPolicy'] ?? {}) as Message }, present: () => emptyResponse }
    },
  },
  {
    method: 'DELETE',
    path: '/autoscaling/scalingPolicy/{id}',
    answer: (_request, { id = '' }) => ({ call: { method: 'deletePolicy', id }, present: () => emptyResponse }),
  },
]
