import { taskMessage, taskPageMessage } from '../protocol/dialect/job-messages.ts'
import { presentPage, readCriteria, readPage } from './paging.ts'
import { showAs } from './route.ts'
import type { Route } from './route.ts'

/** The operations below /api/v3/tasks. */
export const taskRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/tasks',
    answer: (request) => ({
      call: { method: 'findTasks', page: readPage(request.query), criteria: readCriteria(request.query) },
      present: presentPage(taskPageMessage, taskMessage, request.query),
    }),
  },
  {
    method: 'GET',
    path: '/tasks/{id}',
    answer: (_request, { id = '' }) => ({
      call: { method: 'findTask', id },
      present: showAs(taskMessage),
      absent: `Task id ${id} not found`,
    }),
  },
  {
    method: 'DELETE',
    path: '/tasks/{id}',
    answer: (request, { id = '' }) => ({
      call: { method: 'killTask', id, shrink: request.query.get('shrink') === 'true', user: 'unknown' },
    }),
  },
]
