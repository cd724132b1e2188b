import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { applyRunDestroy } from '../../../cli/commands/test.ts'
import type { TestParts } from '../../../cli/commands/test.ts'
import { writeTargetRecord } from '../../../cli/target/target-record.ts'
import type { Target } from '../../../cli/target/target.ts'
import { inputError, TestbedError } from '../../../schemas/failure.ts'
import { makeWorkspace } from '../../../stack/workspace.ts'
import { askedPlan, invocationIn, planOf, raisedWorkspace, refusalOf, tempFolder, testbedOn } from '../fake-testbed.ts'

const scenario = 'scenario: x\ntags: [smoke]\nsteps:\n  - { name: a, host: bastion, run: "true" }\n'
const refused = inputError({ code: 'package-checksum', message: 'the file is another one', hint: '' })
const onAws = { access: {}, account: '123456789012', identity: 'me' } as Target

interface World {
  readonly options?: Readonly<Record<string, unknown>>
  readonly files?: Readonly<Record<string, string>>
  readonly arguments?: readonly string[]
  readonly signal?: AbortSignal
  /** What stood in the folder before. */
  readonly before?: (folder: string) => void
  /** What raising ends with; it asks on AWS, as the real one does. */
  readonly raise?: (folder: string) => Error | undefined
  readonly run?: number | Error
  readonly remove?: Error
}

/** Types `titus-bed test` where raising, running and removing only keep that they were asked. */
async function testIn(t: Test, world: World = {}) {
  const folder = tempFolder(t)
  mkdirSync(join(folder, 'scenarios'))
  for (const [name, text] of Object.entries({ 'cluster.yaml': 'name: blue\n', 'scenarios/x.yaml': scenario, ...world.files }))
    writeFileSync(join(folder, name), text)
  world.before?.(folder)
  const asked: string[] = []
  const signal = world.signal === undefined ? {} : { signal: world.signal }
  const { invocation, out, err } = invocationIn(folder, { options: world.options ?? {}, arguments: world.arguments ?? [], ...signal })
  const parts: TestParts = {
    raise: async ({ cluster, confirm }) => {
      asked.push(`raise ${cluster.name} on ${cluster.target}`)
      const failure = world.raise?.(folder)
      if (failure !== undefined) throw failure
      if (cluster.target === 'aws' && !(await confirm(onAws, askedPlan(planOf('aws_vpc.titus'))))) return undefined
      return { testbed: testbedOn(cluster.target), changes: planOf() }
    },
    runPrepared: async (_invocation, { scenarios }) => {
      asked.push(`run ${scenarios.map(({ name }) => name).join(' ')}`)
      if (world.run instanceof Error) throw world.run
      return world.run ?? 0
    },
    remove: async ({ workspace, confirm, signal, abandon, now }) => {
      asked.push(`remove ${workspace.name}${now ? ' now' : ''}`)
      t.equal(await confirm(onAws), true, 'nobody is asked a second time')
      t.notOk(signal.aborted || abandon.aborted, 'an interruption of the tests does not end the clearing away')
      if (world.remove !== undefined) throw world.remove
      return true
    },
  }
  const work = applyRunDestroy(invocation, async () => (asked.push('load'), parts))
  const ended = await work.then(
    (code) => ({ code, error: undefined }),
    (error: Error) => ({ code: undefined, error }),
  )
  return { ...ended, asked, out, err, work }
}

/** Leaves on record that the testbed stands on a target, as an `apply` that was killed does. */
function recordOn(target: 'lab' | 'aws'): (folder: string) => void {
  return (folder) => writeTargetRecord(makeWorkspace(folder, 'blue'), { target, region: 'eu-west-1' })
}

t.test('test: raises, runs and removes, and ends as the scenarios did', async (t) => {
  for (const run of [0, 1, 3, 130]) {
    const { code, asked } = await testIn(t, { run })
    t.equal(code, run)
    t.same(asked, ['load', 'raise blue on lab', 'run x', 'remove blue'])
  }
})

t.test('test: what was up before stays, and so it does with --keep', async (t) => {
  const before = (folder: string) => void raisedWorkspace(folder, testbedOn('lab'))
  for (const world of [{ before }, { options: { keep: true } }] as const) {
    t.same((await testIn(t, world)).asked, ['load', 'raise blue on lab', 'run x'])
  }
})

t.test('test: every mistake is told before anything is raised', async (t) => {
  for (const [world, code] of [
    [{ files: { 'cluster.yaml': 'nam: blue\n' } }, 'unknown-key'],
    [{ files: { 'scenarios/x.yaml': scenario.replace('bastion', 'nowhere') } }, 'unknown-host'],
    [{ options: { tag: ['slow'] } }, 'nothing-selected'],
    [{ options: { reporter: ['xml'] } }, 'unknown-reporter'],
    [{ options: { parallel: 'many' } }, 'bad-option'],
    [{ options: { cell: 'm9.large' } }, 'unknown-cell'],
    [{ arguments: ['cluster.yaml', 'absent.yaml'] }, 'no-such-file'],
    [{ arguments: ['cluster.yaml'] }, 'nothing-selected'],
  ] as const) {
    const { work, asked } = await testIn(t, world)
    t.equal((await refusalOf(work))[0], code)
    t.same(asked, [], code)
  }
})

t.test('test: the files that are named are told apart by what stands in them', async (t) => {
  const files = { 'green.yaml': 'name: green\n', 'scenarios/y.yaml': scenario.replace('scenario: x', 'scenario: y') }
  const { asked } = await testIn(t, { files, arguments: ['scenarios/y.yaml', 'green.yaml'] })
  t.same(asked, ['load', 'raise green on lab', 'run y', 'remove green'])
  const usual = await testIn(t, { files, arguments: ['scenarios/y.yaml'] })
  t.same(usual.asked, ['load', 'raise blue on lab', 'run y', 'remove blue'], 'cluster.yaml unless another is named')
})

t.test('test: a lab that does not come up, or whose run breaks, is taken down again', async (t) => {
  const away = new TestbedError('the first boot of gateway failed')
  const unready = await testIn(t, { raise: (folder) => (recordOn('lab')(folder), away) })
  t.equal(unready.error, away)
  t.same(unready.asked, ['load', 'raise blue on lab', 'remove blue'])
  const broken = await testIn(t, { run: new TypeError('bug') })
  t.match(broken.error, { message: 'bug' })
  t.equal(broken.asked.at(-1), 'remove blue')
  const late = await testIn(t, { raise: (folder) => (recordOn('lab')(folder), refused) })
  t.equal(late.asked.at(-1), 'remove blue', 'a lab that had been started when the stack was refused')
})

t.test('test: an interruption ends the tests, not the clearing away', async (t) => {
  const signal = AbortSignal.abort(new Error('SIGINT received'))
  const { code, asked } = await testIn(t, { signal, run: 130 })
  t.equal(code, 130)
  t.equal(asked.at(-1), 'remove blue')
})

t.test('test: on AWS nobody who said no, or was not asked, loses what stood there before', async (t) => {
  const options = { target: 'aws' }
  const halfMade = recordOn('aws')
  const unasked = await testIn(t, { options, before: halfMade })
  t.match(unasked.error, { message: /has to be confirmed/ })
  t.same(unasked.asked, ['load', 'raise blue on aws'])
  for (const yes of [false, true]) {
    const refusal = await testIn(t, { options: { ...options, yes }, before: halfMade, raise: () => refused })
    t.equal(refusal.error, refused)
    t.same(refusal.asked, ['load', 'raise blue on aws'], `refused, with yes ${yes}`)
  }
  const elsewhere = await testIn(t, { before: halfMade, raise: () => inputError({ code: 'target-changed', message: 'on aws', hint: '' }) })
  t.same(elsewhere.asked, ['load', 'raise blue on lab'], 'a testbed on AWS, and a file that says lab')
})

t.test('test: on AWS with --yes all is removed again, also when the machines do not come up', async (t) => {
  const options = { target: 'aws', yes: true }
  t.same((await testIn(t, { options })).asked, ['load', 'raise blue on aws', 'run x', 'remove blue'])
  const unready = await testIn(t, { options, raise: () => new TestbedError('the machines were not ready') })
  t.equal(unready.asked.at(-1), 'remove blue')
})

t.test('test: what cannot be removed is told beside the first failure, not in its place', async (t) => {
  const stuck = new TestbedError('terraform destroy failed')
  const alone = await testIn(t, { remove: stuck })
  t.equal(alone.error, stuck, 'a testbed that stays is no success')
  const both = await testIn(t, { run: new TestbedError('the gateway is away'), remove: stuck })
  t.match(both.error, { message: 'the gateway is away' })
  t.match(both.err(), /clearing away failed, too: terraform destroy failed\ntitus-bed destroy --testbed blue/)
})
