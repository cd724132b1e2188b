import type { Check, Event, StepResult } from '../../../../schemas/event.ts'

/** When the sample runs began. */
export const began = 1_795_363_200_000
const run = '20261122-160000-0000'

type StepSketch = Partial<StepResult> & Pick<StepResult, 'path' | 'name'> & { readonly startMs?: number }

function check(subject: string, expected: Check['expected'], more: Partial<Check> = {}): Check {
  const place = { file: 'scenarios/nginx.yaml', line: 6, column: 15, length: 3 }
  return { subject, passed: true, implied: false, expected, actual: expected, explanation: '', place, ...more }
}

function stepEvents(scenario: string, { startMs = 0, ...sketch }: StepSketch): readonly Event[] {
  const place = { file: 'scenarios/nginx.yaml', line: 3, column: 5, length: 4 }
  const step: StepResult = { kind: 'run', place, outcome: 'passed', soft: false, durationMs: 400, attempts: 1, checks: [], ...sketch }
  const { path, name, within, kind, host } = step
  const head = { path, name, kind, place, ...(within === undefined ? {} : { within }), ...(host === undefined ? {} : { host }) }
  return [
    ...(step.outcome === 'skipped' ? [] : [{ at: began + startMs, run, type: 'step-started', scenario, ...head } as const]),
    { at: began + startMs + step.durationMs, run, type: 'step-ended', scenario, step },
  ]
}

function poll(scenario: string, path: readonly number[], attempt: number, elapsedMs: number, last: string): Event {
  return { at: began + 3000 + elapsedMs, run, type: 'poll', scenario, path, attempt, elapsedMs, last }
}

const nginx = 'nginx answers on its own VPC address'
const survives = 'the gateway answers while a master restarts'
const closed = 'the network is closed'

const page = {
  path: [2],
  name: 'the bastion gets the page',
  kind: 'http',
  host: 'bastion',
  startMs: 3000,
  durationMs: 60_040,
  attempts: 61,
  outcome: 'failed',
  checks: [
    check('status', 200, { passed: false, actual: 404, explanation: 'expected 200, got 404' }),
    check('body', '<h1>Welcome</h1>\nto nginx\n', {
      passed: false,
      actual: '<h1>Not found</h1>\nto nginx\n',
      explanation: 'differs from what is expected\n-<h1>Welcome</h1>\n+<h1>Not found</h1>\n to nginx',
    }),
  ],
  result: {
    request: 'GET http://30.0.100.9/',
    status: 404,
    headers: { server: 'nginx/1.27.0', 'content-type': 'text/html' },
    body: `<h1>Not found</h1></script><script>window.stolen = 1</script>\n${'a line of the page\n'.repeat(30)}`,
    duration: 0.01,
  },
} as const satisfies StepSketch

/** A run with one of everything that a page shows. */
export const sampleRun: readonly Event[] = [
  {
    at: began,
    run,
    type: 'run-started',
    testbed: 'titus',
    target: 'lab',
    scenarios: [nginx, survives, closed, 'everything is up'],
    hosts: [
      { name: 'bastion', address: '30.0.1.10' },
      { name: 'prereqs', address: '30.0.100.10', via: 'bastion' },
      { name: 'master', address: '30.0.100.11', via: 'bastion' },
      { name: 'gateway', address: '30.0.100.12', via: 'bastion' },
      { name: 'agents[0]', address: '30.0.100.20', group: 'agents', via: 'bastion' },
    ],
  },
  { at: began, run, type: 'note', message: 'gateway: it prints something at each log-in' },
  { at: began, run, type: 'scenario-started', scenario: 'everything is up', file: 'scenarios/everything-is-up.yaml', steps: 2 },
  ...stepEvents('everything is up', {
    path: [0],
    name: 'Titus answers',
    kind: 'http',
    host: 'gateway',
    durationMs: 900,
    attempts: 3,
    checks: [check('status', '2xx', { implied: true })],
    warnings: ['it held only after 25.3 s, later than warnAfter: 20.0 s'],
  }),
  {
    at: began + 1000,
    run,
    type: 'scenario-ended',
    scenario: 'everything is up',
    file: 'scenarios/everything-is-up.yaml',
    outcome: 'passed',
    durationMs: 1000,
    flaky: 'passed on attempt 2, after: failed',
  },
  {
    at: began + 1000,
    run,
    type: 'scenario-started',
    scenario: nginx,
    file: 'scenarios/nginx.yaml',
    steps: 4,
    description: 'A service gets an address of its own.\nNobody but the bastion reaches it.',
    owner: 'platform',
  },
  ...stepEvents(nginx, {
    path: [0, 0],
    name: 'post the job',
    within: ['launch the service'],
    host: 'gateway',
    startMs: 1100,
    checks: [check('exit', 0, { implied: true })],
  }),
  ...stepEvents(nginx, { path: [0], name: 'launch the service', kind: 'use', startMs: 1050, durationMs: 900 }),
  ...stepEvents(nginx, {
    path: [1],
    name: 'a log line is there',
    startMs: 2000,
    outcome: 'failed',
    soft: true,
    checks: [check('exit', 0, { implied: true, passed: false, actual: 1, explanation: 'expected 0, got 1' })],
    result: { command: 'grep started /var/log/titus.log', exit: 1, stderr: 'grep: no such file' },
  }),
  poll(nginx, [2], 1, 300, 'connection: refused'),
  poll(nginx, [2], 2, 1300, 'status: expected 200, got 503'),
  ...Array.from({ length: 59 }, (_, index) => poll(nginx, [2], index + 3, 2300 + index * 980, 'status: expected 200, got 404')),
  ...stepEvents(nginx, page),
  ...stepEvents(nginx, {
    path: [3],
    name: 'nobody else does',
    kind: 'reach',
    outcome: 'skipped',
    durationMs: 0,
    attempts: 0,
    problem: { code: 'skipped', severity: 'note', message: '"the bastion gets the page" failed' },
  }),
  { at: began + 63_100, run, type: 'scenario-ended', scenario: nginx, file: 'scenarios/nginx.yaml', outcome: 'failed', durationMs: 62_100 },
  { at: began + 63_100, run, type: 'scenario-started', scenario: survives, file: 'scenarios/survives.yaml', steps: 2 },
  ...stepEvents(survives, { path: [0], name: 'restart the master', kind: 'machine', host: 'master', startMs: 64_000, durationMs: 9000 }),
  ...stepEvents(survives, {
    path: [1],
    name: 'gateway-answers',
    kind: 'http',
    host: 'gateway',
    startMs: 63_200,
    durationMs: 12_000,
    attempts: 60,
    outcome: 'failed',
    checks: [
      check('longest gap', 'at most 500 ms', {
        passed: false,
        actual: '1204 ms',
        explanation:
          'did not hold for 1204 ms, where 500 ms are tolerated, beginning during "restart the master"\nseen: status: expected 200, got 503',
      }),
    ],
    invariant: {
      everyMs: 200,
      tolerateMs: 500,
      polls: 60,
      held: 52,
      untested: 1,
      share: 52 / 60,
      longestGapMs: 1204,
      gaps: [
        {
          firstAt: began + 66_000,
          lastAt: began + 67_204,
          ms: 1204,
          polls: 6,
          verdict: 'false',
          seen: 'status: expected 200, got 503',
          during: 'restart the master',
        },
        { firstAt: began + 70_000, lastAt: began + 70_204, ms: 204, polls: 1, verdict: 'false', seen: 'status: expected 200, got 503' },
        { firstAt: began + 72_000, lastAt: began + 72_150, ms: 150, polls: 1, verdict: 'untested', seen: 'the connection was closed' },
      ],
    },
  }),
  {
    at: began + 76_000,
    run,
    type: 'scenario-ended',
    scenario: survives,
    file: 'scenarios/survives.yaml',
    outcome: 'failed',
    durationMs: 12_900,
  },
  { at: began + 76_000, run, type: 'scenario-started', scenario: closed, file: 'scenarios/network-is-closed.yaml', steps: 2 },
  ...stepEvents(closed, {
    path: [0],
    name: 'who gets through',
    kind: 'reach',
    outcome: 'failed',
    startMs: 76_100,
    durationMs: 3100,
    checks: [
      check('bastion -> ssh', 'open', { actual: 'open' }),
      check('bastion -> api', 'closed', {
        passed: false,
        actual: 'open',
        explanation: '30.0.100.12:7001: expected closed, got open (a security group lets it through)',
      }),
      check('master -> ssh', 'open', { actual: 'open' }),
    ],
    result: { cells: { bastion: { ssh: 'open', api: 'open' }, master: { ssh: 'open', api: 'filtered' } }, grid: '' },
  }),
  ...stepEvents(closed, {
    path: [1],
    name: 'the container may use S3 alone',
    kind: 'access',
    outcome: 'errored',
    startMs: 79_300,
    durationMs: 2100,
    checks: [check('container: s3 ls', 'allowed'), check('agent: s3 ls', 'allowed'), check('agent: ec2 describe-instances', 'allowed')],
    problem: {
      code: 'access-unknown',
      severity: 'error',
      message: 'container: ec2 describe-instances: neither allowed nor denied: ExpiredToken',
      hint: 'only UnauthorizedOperation, AccessDenied and AccessDeniedException are denials',
      place: { file: 'scenarios/nginx.yaml', line: 5, column: 5, length: 4 },
    },
    result: {
      identities: { container: 'arn:aws:sts::123456789012:assumed-role/titusappwiths3/i-1' },
      cells: {
        container: { 's3 ls': { verdict: 'allowed' }, 'ec2 describe-instances': { verdict: 'unknown', detail: 'ExpiredToken' } },
        agent: { 's3 ls': { verdict: 'allowed' }, 'ec2 describe-instances': { verdict: 'allowed' } },
      },
    },
  }),
  {
    at: began + 82_000,
    run,
    type: 'scenario-ended',
    scenario: closed,
    file: 'scenarios/network-is-closed.yaml',
    outcome: 'errored',
    durationMs: 6000,
  },
  {
    at: began + 82_000,
    run,
    type: 'run-ended',
    outcome: 'errored',
    durationMs: 82_000,
    interrupted: false,
    counts: { passed: 0, failed: 2, errored: 1, skipped: 0 },
    flaky: 1,
    assertions: 12,
  },
]

/** A run with many scenarios of so many steps each; one in fifty does not pass. */
export function bigRun(scenarios: number, steps: number): readonly Event[] {
  const names = Array.from({ length: scenarios }, (_, index) => `scenario ${index} of a nightly run`)
  const bodies = names.flatMap((scenario, index): readonly Event[] => {
    const from = index * 1000
    const file = `scenarios/nightly-${index}.yaml`
    const isRed = index % 50 === 7
    return [
      { at: began + from, run, type: 'scenario-started', scenario, file, steps },
      ...Array.from({ length: steps }, (_, at) => {
        const red = isRed && at === steps - 1
        const more = red
          ? ({ outcome: 'failed', checks: [check('exit', 0, { passed: false, actual: 1, explanation: 'expected 0, got 1' })] } as const)
          : { checks: [check('exit', 0, { implied: true })] }
        const result = { command: `systemctl is-active service-${at}`, exit: red ? 1 : 0, stdout: 'active\n', stderr: '', duration: 0.02 }
        return stepEvents(scenario, {
          path: [at],
          name: `service ${at} is active`,
          host: 'gateway',
          startMs: from + at * 20,
          durationMs: 18,
          result,
          ...more,
        })
      }).flat(),
      { at: began + from + 1000, run, type: 'scenario-ended', scenario, file, outcome: isRed ? 'failed' : 'passed', durationMs: 1000 },
    ]
  })
  const failed = names.filter((_, index) => index % 50 === 7).length
  const counts = { passed: scenarios - failed, failed, errored: 0, skipped: 0 }
  return [
    { at: began, run, type: 'run-started', testbed: 'titus', target: 'lab', scenarios: names },
    ...bodies,
    {
      at: began,
      run,
      type: 'run-ended',
      outcome: failed > 0 ? 'failed' : 'passed',
      durationMs: scenarios * 1000,
      interrupted: false,
      counts,
      assertions: scenarios * steps,
    },
  ]
}
