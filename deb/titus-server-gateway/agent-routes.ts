import {
  attributesUpdateMessage,
  autoScaleRuleMessage,
  autoScaleUpdateMessage,
  instanceGroupMessage,
  instanceGroupsMessage,
  instanceMessage,
  instancesMessage,
  lifecycleUpdateMessage,
  overrideUpdateMessage,
} from '../protocol/dialect/agent-messages.ts'
import { emptyMessage } from '../protocol/dialect/descriptor.ts'
import type { AutoScaleRule, InstanceGroupState } from '../protocol/model/agent.ts'
import type { StringMap } from '../protocol/model/job.ts'
import { ApiError } from './errors.ts'
import { readCriteria } from './paging.ts'
import { showAs } from './route.ts'
import type { Route } from './route.ts'
import { readBody } from './read-body.ts'
import { readTier } from './tier.ts'

/** A number that the enum does not have parses, and then finds no counterpart in the master's model. */
function recognised<Name extends string>(value: unknown): Name {
  if (typeof value === 'string') return value as Name
  throw new ApiError(500, 'Unexpected error: Unrecognized enum value UNRECOGNIZED')
}

/** The operations below /api/v3/agent. Three of the PUTs go by the id in the body, whatever the path says: that is how rc.57 is. */
export const agentRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/agent/instanceGroups',
    answer: () => ({
      call: { method: 'getInstanceGroups' },
      present: showAs(instanceGroupsMessage, 'agentInstanceGroups'),
    }),
  },
  {
    method: 'GET',
    path: '/agent/instanceGroups/{id}',
    answer: (_request, { id = '' }) => ({
      call: { method: 'getInstanceGroup', id },
      present: showAs(instanceGroupMessage),
    }),
  },
  {
    method: 'GET',
    path: '/agent/instances',
    answer: (request) => ({
      call: { method: 'findInstances', criteria: readCriteria(request.query) },
      present: showAs(instancesMessage, 'agentInstances'),
    }),
  },
  {
    method: 'GET',
    path: '/agent/instances/{id}',
    answer: (request) => ({
      // The parameter has no @PathParam at rc.57: Jersey fills it from the body, and a GET has none.
      call: { method: 'getInstance', id: request.body },
      present: showAs(instanceMessage),
    }),
  },
  {
    method: 'PUT',
    path: '/agent/instanceGroups/{id}/tier',
    answer: (request, { id = '' }) => ({ call: { method: 'updateTier', id, tier: readTier(request) } }),
  },
  {
    method: 'PUT',
    path: '/agent/instanceGroups/{id}/autoscale',
    answer: (request) => {
      const body = readBody(request, autoScaleUpdateMessage)
      const rule = (body['autoScaleRule'] ?? emptyMessage(autoScaleRuleMessage)) as AutoScaleRule
      return { call: { method: 'updateAutoScaleRule', id: body['instanceGroupId'] as string, rule } }
    },
  },
  {
    method: 'PUT',
    path: '/agent/instanceGroups/{id}/lifecycle',
    answer: (request) => {
      const body = readBody(request, lifecycleUpdateMessage)
      return {
        call: {
          method: 'updateLifecycle',
          id: body['instanceGroupId'] as string,
          state: recognised<InstanceGroupState>(body['lifecycleState']),
          detail: body['detail'] as string,
        },
      }
    },
  },
  {
    method: 'PUT',
    path: '/agent/instanceGroups/{id}/attributes',
    answer: (request, { id = '' }) => {
      const body = readBody(request, attributesUpdateMessage)
      const inBody = body['instanceGroupId'] as string
      if (inBody !== id) throw new ApiError(400, `Path parameter id: ${id} must match payload instanceGroupId: ${inBody}`)
      return { call: { method: 'updateAttributes', id, attributes: body['attributes'] as StringMap } }
    },
  },
  {
    method: 'PUT',
    path: '/agent/instances/{id}/override',
    answer: (request) => {
      const body = readBody(request, overrideUpdateMessage)
      return {
        call: {
          method: 'updateOverride',
          id: body['agentInstanceId'] as string,
          state: recognised<'NotOverriden' | 'Quarantined'>(body['overrideState']),
          detail: body['detail'] as string,
        },
      }
    },
  },
]
