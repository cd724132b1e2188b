import { systemSelectorMessage, systemSelectorsMessage } from '../protocol/dialect/scheduler-messages.ts'
import { showAs } from './route.ts'
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
      present: showAs(systemSelectorsMessage, 'systemSelectors'),
    }),
  },
  {
    method: 'POST',
    path: '/scheduler/systemSelectors',
    answer: (request) => ({
      call: { method: 'createSelector', selector: readBody(request, systemSelectorMessage) },
    }),
  },
  {
    method: 'GET',
    path: '/scheduler/systemSelectors/{id}',
    answer: (_request, { id = '' }) => ({
      call: { method: 'getSelector', id },
      present: showAs(systemSelectorMessage),
    }),
  },
  {
    method: 'PUT',
    path: '/scheduler/systemSelectors/{id}',
    answer: (request, { id = '' }) => ({
      call: { method: 'updateSelector', id, selector: readBody(request, systemSelectorMessage) },
    }),
  },
  {
    method: 'DELETE',
    path: '/scheduler/systemSelectors/{id}',
    answer: (_request, { id = '' }) => ({ call: { method: 'deleteSelector', id } }),
  },
]
