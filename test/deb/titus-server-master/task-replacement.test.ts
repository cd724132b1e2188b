import t from 'tap'
import { FakeTitus, batchJob, serviceJob } from '../titus-server-gateway/api.ts'
import { cluster, kills, started } from './one-agent.ts'

t.test('batch retries: delays, limits, and what the system broke is free', async (t) => {
  const { titus, job, task } = started(batchJob({}, { retryPolicy: { delayed: { delayMs: 5000, retries: 1 } } }))
  titus.update(task, 'TASK_FAILED', 'crashed')
  t.equal(titus.get(`/api/v3/tasks/${task}`).taskContext['task.retryDelay'], '5000')
  titus.pass(4999)
  t.match(titus.tasks(), [{ id: task, status: { state: 'Finished' } }], 'how it ended is told until another is tried')
  titus.pass(1)
  const [second] = titus.tasks()
  t.match(second.taskContext, {
    'task.resubmitOf': task,
    'task.originalId': task,
    'task.index': '0',
    'task.resubmitNumber': '1',
    'task.systemResubmitNumber': '1',
  })
  t.equal(titus.send('GET', `/api/v3/tasks/${task}`).status, 404, 'the old task is gone')
  titus.update(second.id, 'TASK_FAILED', 'exited with code 1')
  titus.pass(5000)
  const [third] = titus.tasks()
  t.match(third.taskContext, { 'task.resubmitNumber': '2', 'task.systemResubmitNumber': '1', 'task.resubmitOf': second.id })
  titus.update(third.id, 'TASK_FAILED', 'exited with code 1')
  titus.pass(0)
  t.equal(titus.get(`/api/v3/jobs/${job}`).status.state, 'Finished', 'user retries are used up')
})

t.test('back-off doubles up to its maximum, a floor of a second, and a healthy run resets it', async (t) => {
  const delaysOf = (retryPolicy: object, runs: readonly number[]): number[] => {
    const { titus, task } = started(serviceJob({}, { retryPolicy }))
    let current = task
    return runs.map((runMs) => {
      titus.pass(runMs)
      titus.update(current, 'TASK_FAILED', 'exited with code 1')
      const delay = Number(titus.get(`/api/v3/tasks/${current}`).taskContext['task.retryDelay'])
      titus.pass(delay)
      current = titus.tasks()[0].id
      titus.update(current, 'TASK_RUNNING', 'running')
      return delay
    })
  }
  t.same(delaysOf({ immediate: {} }, [0, 0]), [1000, 1000])
  t.same(
    delaysOf({ exponentialBackOff: { initialDelayMs: 2000, maxDelayIntervalMs: 7000 } }, [0, 0, 0, 300_000, 0]),
    [2000, 4000, 7000, 0, 2000],
  )
})

t.test('a run is healthy by the time since it started, whatever the agent said meanwhile', async (t) => {
  const { titus, task } = started(serviceJob())
  titus.pass(299_999)
  titus.update(task, 'TASK_RUNNING', 'still running')
  titus.pass(1)
  titus.update(task, 'TASK_FAILED', 'exited with code 1')
  t.equal(titus.get(`/api/v3/tasks/${task}`).taskContext['task.retryDelay'], '0')
})

t.test('a back-off that grows out of the range of numbers is still a delay', async (t) => {
  const { titus, task } = started(serviceJob({}, { retryPolicy: { exponentialBackOff: { initialDelayMs: 0, maxDelayIntervalMs: 7000 } } }))
  const record = titus.state.tasks[task]
  if (record === undefined) throw new Error('no such task')
  titus.state = { ...titus.state, tasks: { [task]: { ...record, backOffStep: 2000 } } }
  titus.update(task, 'TASK_FAILED', 'exited with code 1')
  t.equal(titus.get(`/api/v3/tasks/${task}`).taskContext['task.retryDelay'], '1000')
})

t.test('DELETE of a task: a batch task is retried, a second DELETE is a conflict', async (t) => {
  const { titus, task } = started(batchJob())
  t.match(titus.send('DELETE', `/api/v3/tasks/${task}`), { status: 200, body: '' })
  t.match(titus.tasks()[0].status, {
    state: 'KillInitiated',
    reasonCode: 'killed',
    reasonMessage: /User initiated task kill: .* \(shrink=false\)$/,
  })
  t.same(kills(titus), [task])
  t.equal(titus.send('DELETE', `/api/v3/tasks/${task}`).status, 409)
  titus.update(task, 'TASK_RUNNING', 'late')
  t.equal(titus.tasks()[0].status.state, 'KillInitiated')
  titus.update(task, 'TASK_KILLED', 'killed with signal 15')
  titus.pass(1000)
  t.equal(titus.tasks()[0].taskContext['task.resubmitOf'], task)
  t.equal(titus.send('DELETE', `/api/v3/tasks/${titus.tasks()[0].id}?shrink=true`).status, 409, 'shrink is for service jobs')
})

t.test('service jobs: replaced always, scaled up and down, ended by DELETE alone', async (t) => {
  const titus = cluster()
  titus.offer('b', { attributes: { zone: 'eu-west-1b' } })
  const job = titus.create(serviceJob({}, { capacity: { min: 0, desired: 1, max: 5 } }))
  titus.pass(0)
  const first = titus.tasks()[0].id
  t.match(titus.tasks()[0].migrationDetails, { needsMigration: false, deadline: '0' })
  titus.update(first, 'TASK_FINISHED', 'finished')
  titus.pass(1000)
  const second = titus.tasks()[0].id
  t.not(second, first)
  titus.update(second, 'TASK_RUNNING', 'running')
  titus.send('PUT', `/api/v3/jobs/${job}/instances`, { min: 0, desired: 2, max: 5 })
  titus.pass(0)
  t.equal(titus.tasks().length, 2)
  titus.send('PUT', `/api/v3/jobs/${job}/instances`, { min: 0, desired: 1, max: 5 })
  titus.pass(0)
  const dying = titus.tasks().find((task) => task.status.state === 'KillInitiated')
  t.match(dying.status, { reasonCode: 'scaledDown' })
  t.not(dying.id, second, 'the one that runs stays')
  titus.update(dying.id, 'TASK_KILLED', 'killed')
  titus.pass(5000)
  t.same(
    titus.tasks().map((task) => task.id),
    [second],
  )

  titus.send('PUT', `/api/v3/jobs/${job}/instances`, { min: 0, desired: 0, max: 5 })
  titus.send('DELETE', `/api/v3/tasks/${second}?shrink=true`)
  titus.update(second, 'TASK_KILLED', 'killed')
  titus.pass(5000)
  t.same(titus.get(`/api/v3/jobs/${job}`).jobDescriptor.service.capacity, { min: 0, max: 5, desired: 0 })
  t.same(titus.tasks(), [])
  titus.send('DELETE', `/api/v3/jobs/${job}`)
  titus.pass(0)
  titus.pass(1000)
  t.equal(titus.send('GET', `/api/v3/jobs/${job}`).status, 404)
})

t.test('no more than a hundred tasks of a job wait at once', async (t) => {
  const titus = new FakeTitus()
  titus.create(batchJob({}, { size: 150 }))
  titus.pass(0)
  t.equal(titus.tasks().length, 100)
})
