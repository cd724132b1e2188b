import t from 'tap'
import { fullRoleName, taskInfoOf } from '../../../deb/titus-server-master/task-info.ts'
import { FakeTitus, batchJob, serviceJob } from '../titus-server-gateway/api.ts'
import { cluster, details, kills, started } from './one-agent.ts'

t.test('a task goes from Accepted to Finished, and the job with it', async (t) => {
  const titus = cluster()
  const job = titus.create(batchJob())
  t.same(titus.tasks(), [])
  titus.pass(0)
  const [task] = titus.tasks()
  t.match(task.status, {
    state: 'Launched',
    reasonCode: 'scheduled',
    reasonMessage: /^Changed state to Launched on .*Z\. Fenzo task placement$/,
  })
  t.same(titus.effects, [{ type: 'launch', taskId: task.id }])
  titus.update(task.id, 'TASK_STAGING')
  titus.update(task.id, 'TASK_STARTING', 'creating')
  titus.update(task.id, 'TASK_STARTING', 'starting')
  titus.update(task.id, 'TASK_RUNNING', 'running', details)
  titus.update(task.id, 'TASK_STARTING', 'late')
  const shown = titus.get(`/api/v3/tasks/${task.id}`)
  t.same(
    [...shown.statusHistory, shown.status].map(({ state, reasonCode }: { state: string; reasonCode: string }) => [state, reasonCode]),
    [
      ['Accepted', ''],
      ['Launched', 'scheduled'],
      ['Launched', 'normal'],
      ['StartInitiated', 'normal'],
      ['StartInitiated', 'normal'],
      ['Started', 'normal'],
    ],
  )
  t.same(shown.taskContext, {
    'titus.cell': 'dev',
    'titus.stack': 'dev',
    'task.index': '0',
    'task.originalId': task.id,
    'task.resubmitNumber': '0',
    'task.systemResubmitNumber': '0',
    'agent.region': 'eu-west-1',
    'agent.zone': 'eu-west-1a',
    'agent.id': 'i-a',
    'agent.asg': 'titusagent',
    'agent.stack': 'mainvpc',
    'agent.itype': 'm4.large',
    'agent.res': 'ResourceSet-ENIs-1-10',
    'agent.host': 'host-a',
    'agent.instanceId': 'i-a',
    'task.networkInterfaceIndex': '0',
    'task.containerIp': '30.0.100.55',
    'task.networkInterfaceId': 'eni-1',
  })
  t.equal(shown.migrationDetails, undefined)
  titus.update(task.id, 'TASK_FINISHED', 'finished')
  titus.pass(0)
  t.match(titus.get(`/api/v3/jobs/${job}`).status, { state: 'Finished', reasonCode: 'normal' })
  t.match(titus.tasks(), [{ id: task.id, status: { state: 'Finished', reasonCode: 'normal' } }], 'a finished task is listed')
  titus.pass(1000)
  t.same(titus.tasks(), [], 'and goes with its job')
  t.equal(titus.send('GET', `/api/v3/jobs/${job}`).status, 404, 'a finished job disappears')
  t.equal(titus.send('GET', `/api/v3/tasks/${task.id}`).status, 404)
})

t.test('what ends a task decides the reason', async (t) => {
  const cases: [Parameters<FakeTitus['update']>[1], string, string][] = [
    ['TASK_FINISHED', 'finished', 'normal'],
    ['TASK_FAILED', 'exited with code 1', 'failed'],
    ['TASK_DROPPED', '', 'failed'],
    ['TASK_KILLED', 'killed with signal 9', 'killed'],
    ['TASK_ERROR', 'no', 'invalidRequest'],
    ['TASK_LOST', 'gone', 'lost'],
    ['TASK_FAILED', 'transientSystemError: throttled', 'transientSystemError'],
    ['TASK_LOST', 'the container crashed', 'crashed'],
  ]
  for (const [state, text, code] of cases) {
    const { titus, task } = started(batchJob({}, { retryPolicy: { immediate: { retries: 0 } } }))
    titus.update(task, state, text)
    t.match(titus.get(`/api/v3/tasks/${task}`).status, { state: 'Finished', reasonCode: code }, `${state} ${text}`)
  }
})

t.test('the runtime limit counts while Started, and its task is retried', async (t) => {
  const titus = cluster()
  titus.create(batchJob({}, { runtimeLimitSec: 60 }))
  titus.pass(0)
  const [task] = titus.tasks()
  titus.update(task.id, 'TASK_STARTING', 'creating')
  titus.pass(70_000)
  titus.update(task.id, 'TASK_RUNNING', 'running')
  titus.pass(59_999)
  t.equal(titus.tasks()[0].status.state, 'Started')
  titus.pass(1)
  t.match(titus.tasks()[0].status, { state: 'KillInitiated', reasonCode: 'runtimeLimitExceeded' })
  t.same(kills(titus), [task.id])
  titus.update(task.id, 'TASK_KILLED', 'killed with signal 15')
  t.match(titus.get(`/api/v3/tasks/${task.id}`).status, { state: 'Finished', reasonCode: 'runtimeLimitExceeded' })
  titus.pass(1000)
  t.equal(titus.tasks().length, 1)
})

t.test('stuck tasks', async (t) => {
  const stuck = (job: unknown, enter: (titus: FakeTitus, task: string) => void, limitMs: number): void => {
    const titus = cluster()
    titus.create(job)
    titus.pass(0)
    const [task] = titus.tasks()
    enter(titus, task.id)
    titus.pass(limitMs - 1)
    t.not(titus.tasks()[0].status.state, 'KillInitiated')
    titus.pass(1)
    t.match(titus.tasks()[0].status, { state: 'KillInitiated', reasonCode: 'stuckInState' })
  }
  stuck(batchJob(), () => undefined, 60_000)
  stuck(batchJob(), (titus, task) => titus.update(task, 'TASK_STARTING', 'creating'), 720_000)
  stuck(serviceJob(), (titus, task) => titus.update(task, 'TASK_STARTING', 'creating'), 300_000)

  const { titus, task } = started(batchJob())
  titus.send('DELETE', `/api/v3/tasks/${task}`)
  titus.pass(600_000)
  t.same(kills(titus), [task, task], 'a second attempt')
  titus.pass(600_000)
  t.match(titus.get(`/api/v3/tasks/${task}`).status, { state: 'Finished', reasonCode: 'stuckInKillingState' })
})

t.test('a waiting task is Finished as soon as it is killed', async (t) => {
  const titus = new FakeTitus()
  const job = titus.create(batchJob())
  titus.pass(0)
  titus.send('DELETE', `/api/v3/jobs/${job}`)
  titus.pass(0)
  t.match(titus.get(`/api/v3/jobs/${job}`), {
    status: { state: 'Finished', reasonCode: 'normal' },
    statusHistory: [
      { state: 'Accepted' },
      { state: 'KillInitiated', reasonCode: 'killed', reasonMessage: /External job termination request$/ },
    ],
  })
  t.same(titus.effects, [])
})

t.test('a task that the master does not know is killed, and one that is being killed is killed again', async (t) => {
  const titus = cluster()
  titus.update('stranger', 'TASK_RUNNING', 'running')
  titus.update('stranger', 'TASK_KILLED', 'killed')
  t.same(titus.effects, [{ type: 'kill', taskId: 'stranger' }])
  const { titus: other, task } = started(batchJob())
  other.send('DELETE', `/api/v3/tasks/${task}`)
  other.hear({ type: 'SUBSCRIBED', frameworkId: 'TitusFramework' })
  t.same(kills(other), [task, task])
  other.update(task, 'TASK_RUNNING', 'the agent is back')
  t.same(kills(other), [task, task, task])
})

t.test('what an agent gets to run a task', async (t) => {
  const { titus, job, task } = started(serviceJob({}, {}, { env: { MY_ENV: 'myEnv', TITUS_JOB_ID: 'mine', NETFLIX_APP: 'mine' } }))
  const record = titus.state.tasks[task]
  const found = titus.state.jobs[job]
  if (record === undefined || found === undefined) throw new Error('no such task')
  t.match(taskInfoOf(record, found, titus.context.settings), {
    taskId: task,
    jobId: job,
    image: 'tutum/nginx:latest',
    cpu: 1,
    memoryMB: 512,
    diskMB: 1024,
    networkMbps: 128,
    securityGroups: ['sg-1'],
    eniIndex: 0,
    killWaitSec: 10,
    env: {
      MY_ENV: 'myEnv',
      NETFLIX_APP: 'mine',
      NETFLIX_CLUSTER: 'myServiceApp-myStack-detail',
      NETFLIX_AUTO_SCALE_GROUP: 'myServiceApp-myStack-detail-002',
      TITUS_JOB_ID: job,
      TITUS_TASK_ID: task,
      TITUS_TASK_INSTANCE_ID: task,
      TITUS_TASK_ORIGINAL_ID: task,
    },
  })
  t.equal(fullRoleName('short', '123456789012'), 'arn:aws:iam::123456789012:role/short')
  t.equal(fullRoleName('arn:aws:iam::1:role/x', 'default'), 'arn:aws:iam::1:role/x')
})
