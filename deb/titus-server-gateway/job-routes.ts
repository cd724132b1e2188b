import { capacityMessage, jobDescriptorMessage, jobMessage, jobPageMessage, jobProcessesMessage } from '../protocol/dialect/job-messages.ts'
import type { Capacity, JobProcesses } from '../protocol/model/job.ts'
import { json } from './http-message.ts'
import { presentPage, readCriteria, readPage } from './paging.ts'
import { showAs } from './route.ts'
import type { Route } from './route.ts'
import { readBody } from './read-body.ts'
import { sanitise } from './sanitise.ts'
import { refuseViolations, validateCapacity, validateJob } from './validate.ts'

/** The operations below /api/v3/jobs. */
export const jobRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/jobs',
    answer: (request) => {
      const descriptor = sanitise(readBody(request, jobDescriptorMessage))
      refuseViolations(validateJob(descriptor))
      return {
        call: { method: 'createJob', descriptor },
        // The real server writes this answer by Jackson, not by protobuf: compact, and the only 202 of the API.
        present: (id) => json(202, JSON.stringify({ id })),
      }
    },
  },
  {
    method: 'GET',
    path: '/jobs',
    answer: (request) => ({
      call: { method: 'findJobs', page: readPage(request.query), criteria: readCriteria(request.query) },
      present: presentPage(jobPageMessage, jobMessage, request.query),
    }),
  },
  {
    method: 'GET',
    path: '/jobs/{id}',
    answer: (_request, { id = '' }) => ({
      call: { method: 'findJob', id },
      present: showAs(jobMessage),
      absent: `Job id ${id} not found`,
    }),
  },
  {
    method: 'DELETE',
    path: '/jobs/{id}',
    answer: (_request, { id = '' }) => ({ call: { method: 'killJob', id } }),
  },
  {
    method: 'PUT',
    path: '/jobs/{id}/instances',
    answer: (request, { id = '' }) => {
      const capacity = readBody(request, capacityMessage) as unknown as Capacity
      refuseViolations(validateCapacity(capacity, 'capacity'))
      return { call: { method: 'updateCapacity', id, capacity } }
    },
  },
  {
    method: 'PUT',
    path: '/jobs/{id}/jobprocesses',
    answer: (request, { id = '' }) => ({
      call: { method: 'updateJobProcesses', id, processes: readBody(request, jobProcessesMessage) as unknown as JobProcesses },
    }),
  },
  {
    method: 'POST',
    path: '/jobs/{id}/enable',
    answer: (_request, { id = '' }) => ({ call: { method: 'updateJobStatus', id, enabled: true } }),
  },
  {
    method: 'POST',
    path: '/jobs/{id}/disable',
    answer: (_request, { id = '' }) => ({ call: { method: 'updateJobStatus', id, enabled: false } }),
  },
]
