import t from 'tap'
import { NestedFailure, runGroup, useFile } from '../../../runner/engine/nested.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import type { InputType, Step, StepFile } from '../../../schemas/scenario.ts'
import { buildStep, place, toEntries, toValue } from '../build-scenario.ts'
import { recordFrame, scriptedSteps } from './frame.ts'

function fileOf(steps: readonly Step[], inputs: readonly Partial<StepFile['inputs'][number]>[] = [], outputs: JsonObject = {}): StepFile {
  return {
    file: 'scenarios/lib/launch.yaml',
    place,
    inputs: inputs.map((input) => ({ name: 'job', type: 'string', required: false, place, ...input })),
    steps,
    outputs: toEntries(outputs),
  }
}

function using(file: StepFile): Step {
  return buildStep('use', {}, { name: 'launch', more: { use: file } })
}

t.test('a step file sees its inputs and the testbed, and nothing of who uses it', async (t) => {
  const { frame } = recordFrame({}, { job: 'outer', secret: 'outer' })
  const seen: unknown[] = []
  const runStep: typeof frame.runStep = (step, path, inner) => {
    seen.push({ variables: { ...inner.scope.variables }, folders: inner.folders, path })
    return frame.runStep(step, path, inner)
  }
  const file = fileOf(
    [buildStep('assert', { job: 'inner' }, { name: 'inside', capture: { found: 'job' } })],
    [{ name: 'job' }, { name: 'times', type: 'number', default: toValue(3) }],
    { result: '${{ found }}', times: '${{ times }}' },
  )
  const outputs = await useFile(using(file), { job: 'inner' }, [2], { ...frame, runStep })
  t.same(outputs, { result: 'inner', times: 3 })
  t.same(seen, [
    { variables: { testbed: { name: 'none' }, job: 'inner', times: 3 }, folders: ['scenarios/lib', 'scenarios'], path: [2, 0] },
  ])
  t.notOk(Object.hasOwn(frame.scope.variables, 'found'), 'what is captured inside stays inside')
})

t.test('inputs are checked before a step runs', async (t) => {
  const ran: string[] = []
  const { frame } = recordFrame({ runStep: scriptedSteps(ran) })
  const use = (inputs: readonly Partial<StepFile['inputs'][number]>[], given: JsonObject) =>
    useFile(using(fileOf([buildStep('assert', {}, { name: 'passed' })], inputs)), given, [0], frame)
  await t.rejects(use([{ name: 'job' }], { jop: 'x' }), { code: 'unknown-input', message: /no input jop/, hint: 'it has job' })
  await t.rejects(use([], { job: 'x' }), { code: 'unknown-input', hint: 'it has none' })
  await t.rejects(use([{ name: 'job', required: true }], {}), { code: 'missing-input', message: /needs the input job \(string\)/ })
  t.same(ran, [])
  t.same(await use([{ name: 'job' }], {}), {}, 'an input that is not required may be left out')
})

t.test('each type of input takes its own values alone', async (t) => {
  const { frame } = recordFrame({ runStep: scriptedSteps([]) })
  const values = { string: 'x', number: 1, boolean: true, object: { a: 1 }, array: [1] }
  for (const type of Object.keys(values) as (keyof typeof values & InputType)[])
    for (const [kind, value] of Object.entries(values)) {
      const used = useFile(using(fileOf([], [{ type }])), { job: value }, [0], frame)
      if (kind === type) t.same(await used, {}, `${type} takes ${kind}`)
      else await t.rejects(used, { code: 'bad-input', message: new RegExp(`expected: ${type}`) }, `${type} does not take ${kind}`)
    }
  for (const value of Object.values(values)) t.same(await useFile(using(fileOf([], [{ type: 'any' }])), { job: value }, [0], frame), {})
})

t.test('a nested step that did not pass gives its outcome and its reason to the step around it', async (t) => {
  const { frame } = recordFrame({ runStep: scriptedSteps([]) })
  const group = (...names: readonly string[]) =>
    runGroup(buildStep('group', [], { more: { steps: names.map((name) => buildStep('assert', {}, { name })) } }), [1], frame)
  await t.resolves(group('passed', 'skipped', 'passed'))
  await t.rejects(group('passed', 'failed', 'passed'), {
    outcome: 'failed',
    code: 'nested',
    message: '"failed" failed: ',
    step: { path: [1, 1], name: 'failed' },
  })
  await t.rejects(group('failed', 'errored connection'), {
    outcome: 'errored',
    code: 'connection',
    message: '"errored connection" errored: because of connection',
  })
  t.ok((await group('failed').catch((error: unknown) => error)) instanceof NestedFailure)
})

t.test('the steps of a group start together', async (t) => {
  let started = 0
  let open: () => void = () => undefined
  const both = new Promise<void>((resolve) => (open = resolve))
  const inOrder = scriptedSteps([])
  const { frame } = recordFrame({
    runStep: async (...given) => {
      started += 1
      if (started === 2) open()
      await both
      return inOrder(...given)
    },
  })
  const steps = ['passed', 'passed'].map((name) => buildStep('assert', {}, { name }))
  await runGroup(buildStep('group', [], { more: { steps } }), [], frame)
  t.equal(started, 2)
})
