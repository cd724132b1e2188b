import { policiesMessage, policyIdMessage, putPolicyMessage, updatePolicyMessage } from '../protocol/dialect/autoscaling-messages.ts'
import type { Message } from '../protocol/dialect/descriptor.ts'
import type { MasterCall } from '../protocol/master-rpc.ts'
import { showAs } from './route.ts'
import type { Ask, Route } from './route.ts'
import { readBody } from './read-body.ts'

function askForPolicies(call: MasterCall): Ask {
  return { call, present: showAs(policiesMessage, 'items') }
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
        present: showAs(policyIdMessage, 'id'),
      }
    },
  },
  {
    method: 'PUT',
    path: '/autoscaling/scalingPolicy',
    answer: (request) => {
      const body = readBody(request, updatePolicyMessage)
      const id = ((body['policyId'] as Message | undefined)?.['id'] as string | undefined) ?? ''
      return { call: { method: 'updatePolicy', id, policy: (body['scalingPolicy'] ?? {}) as Message } }
    },
  },
  {
    method: 'DELETE',
    path: '/autoscaling/scalingPolicy/{id}',
    answer: (_request, { id = '' }) => ({ call: { method: 'deletePolicy', id } }),
  },
]
