import type { Message } from '../dialect/descriptor.ts'
import { printMessage } from '../dialect/print.ts'
import { systemSelectorMessage, systemSelectorsMessage } from '../dialect/scheduler-messages.ts'
import { emptyResponse, json } from './http-message.ts'
import type { Route } from './route.ts'
import { readBody } from './read-body.ts'

/** The operations below /api/v3/scheduler. Selectors are kept and shown; they change no placement
 *  (`titus.scheduler.systemSelectorsEnabled` is false by default). */
export const schedulerRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/scheduler/systemSelectors',
    answer: () => ({
      call: { method: 'getSelectors' },
      present: (systemSelectors) => json(200, printMessage(systemSelectorsMessage, { systemSelectors })),
    }),
  },
  {
    method: 'POST',
    path: '/scheduler/systemSelectors',
    answer: (request) => ({
      call: { method: 'createSelector', selector: readBody(request, systemSelectorMessage) },
      present: () => emptyResponse,
    }),
  },
  {
    method: 'GET',
    path: '/scheduler/systemSelectors/{id}',
    answer: (_request, { id = '' }) => ({
      call: { method: 'getSelector', id },
      present: (selector) => json(200, printMessage(systemSelectorMessage, selector as Message)),
    }),
  },
  {
    method: 'PUT',
    path: '/scheduler/systemSelectors/{id}',
    answer: (request, { id = '' }) => ({
      call: { method: 'updateSelector', id, selector: readBody(request, systemSelectorMessage) },
      present: () => emptyResponse,
    }),
  },
  {
    method: 'DELETE',
    path: '/scheduler/systemSelectors/{id}',
    answer: (_request, { id = '' }) => ({ call: { method: 'deleteSelector', id }, present: () => emptyResponse }),
  },
]
