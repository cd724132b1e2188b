import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createEvaluator } from '../../runner/evaluation/evaluator.ts'
import { runAll } from '../../runner/engine/run-all.ts'
import { createHops } from '../../runner/hops/hops.ts'
import { matchers } from '../../runner/matchers/index.ts'
import { reporterKinds } from '../../runner/reporters/index.ts'
import { plainPalette } from '../../runner/reporters/reporter.ts'
import { StepError } from '../../runner/step-error.ts'
import { stepKinds } from '../../runner/steps/index.ts'
import { readJson } from '../../runner/steps/text-as-json.ts'
import { systemClock } from '../../runner/time/clock.ts'
import type { Event } from '../../schemas/event.ts'
import type { Json } from '../../schemas/json.ts'
import { parseJson, renderJson, TooDeep } from '../../schemas/json-text.ts'
import { isFlaw, parseExpression } from '../../schemas/language/expression.ts'
import { loadScenario } from '../../schemas/language/load-scenario.ts'
import { parseTemplate } from '../../schemas/language/template.ts'
import { loadCluster } from '../../schemas/cluster-rules/load-cluster.ts'
import type { Step } from '../../schemas/scenario.ts'
import { buildScenario, buildStep, place } from '../runner/build-scenario.ts'
import { testbed } from '../runner/local-run.ts'
import { oddExpression } from './expressions.ts'
import { mutate, oddJson, oddText } from './random.ts'
import type { Random } from './random.ts'

/** Does one thing with something generated. @throws whatever is a defect of ours */
export type Target = (random: Random) => Promise<void>

const root = new URL('../..', import.meta.url).pathname
// Threads are started once: a run of its own for each result would take most of the time for starting them.
const evaluator = createEvaluator()
const hops = createHops(testbed)
const never = new AbortController().signal

function textsIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'))
}

const files = ['scenarios', 'scenarios/lib', 'examples', 'test/fixtures/bad'].flatMap(textsIn)
const clusters = [readFileSync(join(root, 'cluster.yaml'), 'utf8'), ...textsIn('examples')]

/** How long one piece of work may take; what it does not need is no hang of ours. */
const deadlineMs = 1000

async function loadFile(random: Random): Promise<void> {
  const text = mutate(random.pick(files), random)
  await loadScenario({ file: 'fuzz.yaml', text, kinds: stepKinds, matchers, readFile: async () => random.pick(files) })
}

async function loadClusterFile(random: Random): Promise<void> {
  loadCluster(mutate(random.pick(clusters), random), 'cluster.yaml')
}

async function applyExpression(random: Random): Promise<void> {
  const source = oddExpression(random)
  const parsed = parseExpression(source)
  if (isFlaw(parsed)) return
  try {
    await evaluator
      .under(AbortSignal.timeout(deadlineMs))
      .search(source, { a: oddJson(random), json: oddJson(random), stdout: oddText(random) })
  } catch (error) {
    if (!(error instanceof StepError)) throw error
  }
}

async function readTemplate(random: Random): Promise<void> {
  const text = `${oddText(random)}\${{ ${oddExpression(random, 2)} }}${oddText(random)}`
  parseTemplate(mutate(text, random), () => place)
}

async function readAnswer(random: Random): Promise<void> {
  const text = mutate(renderJson(oddJson(random)), random)
  readJson(text)
  try {
    const value = parseJson(text)
    if (renderJson(parseJson(renderJson(value))) !== renderJson(value)) throw new Error(`it reads back as another value: ${text}`)
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof TooDeep)) throw error
  }
}

function oddMatcher(random: Random): Json {
  const argument = random.below(3) === 0 ? random.pick(['^(a+)+$', 'x', '^l$', '(.*)*y']) : oddJson(random, 2)
  return { [random.pick(Object.keys(matchers))]: random.below(6) === 0 ? { [random.pick(Object.keys(matchers))]: argument } : argument }
}

function oddStep(random: Random, answer: Json): Step {
  const expect = Object.fromEntries(
    Array.from({ length: 1 + random.below(3) }, () => [
      random.pick(['json', 'stdout', 'length(json)', 'json.a', oddExpression(random, 1)]),
      oddMatcher(random),
    ]),
  )
  const isExpression = (source: string) => !isFlaw(parseExpression(source))
  const sound = Object.fromEntries(Object.entries(expect).filter(([source]) => isExpression(source)))
  const capture = random.below(3) === 0 ? { kept: { from: 'stdout', secret: random.below(2) === 0 } } : {}
  // What stands under the kind has to be as it is, whatever texts are in it.
  const params = { type: 'literal', value: { a: 1 }, place } as const
  return buildStep(
    'fuzz',
    { a: 1 },
    { name: 'fuzz', timeoutMs: deadlineMs, capture, more: { params, expect: buildExpect(sound), soft: Boolean(answer) } },
  )
}

function buildExpect(expect: Readonly<Record<string, Json>>): Step['expect'] {
  return Object.entries(expect).map(([key, value]) => ({ key, keyPlace: place, value: { type: 'literal', value, place } }))
}

/** A result goes through judging, captures, events and every reporter. */
async function judgeResult(random: Random): Promise<void> {
  const big = random.below(500) === 0 ? random.pick(['x', 'ab\n', '\ud800', 'aaaa ']).repeat(2_000_000) : undefined
  const answer = { stdout: big ?? oddText(random), json: oddJson(random), [oddText(random)]: oddJson(random) }
  const assert = stepKinds['assert']
  if (assert === undefined) throw new Error('no kind assert')
  Object.assign(stepKinds, { fuzz: { ...assert, asserts: true, run: async () => answer } })
  const events: Event[] = []
  const steps = [oddStep(random, answer.json), oddStep(random, answer.json)]
  const report = await runAll(
    [buildScenario('fuzz', steps)],
    { testbed, hops, clock: systemClock, evaluator },
    { run: 'fuzz', parallel: 1, bail: false, retry: 0, failOnFlaky: false, allowLocal: false, secrets: {} },
    { signal: never, abandon: never },
    (event) => events.push(event),
  )
  const defect = report.scenarios.flatMap((scenario) => [scenario, ...scenario.steps]).find(({ problem }) => problem?.code === 'defect')
  if (defect?.problem !== undefined) throw new Error(defect.problem.message)
  for (const [name, kind] of Object.entries(reporterKinds)) {
    const reporter = kind.create({ source: () => undefined, again: () => '', palette: plainPalette })
    const text = events.map((event) => reporter.onEvent?.(event) ?? '').join('') + (reporter.finish?.(report) ?? '')
    if (!text.includes('fuzz')) throw new Error(`the report ${name} is not whole`)
  }
  events.forEach((event) => renderJson(event))
}

/** What is tried, each by its name. */
export const targets: Readonly<Record<string, Target>> = {
  loadFile,
  loadClusterFile,
  applyExpression,
  readTemplate,
  readAnswer,
  judgeResult,
}

/** Ends what the targets started. */
export async function closeTargets(): Promise<void> {
  Reflect.deleteProperty(stepKinds, 'fuzz')
  await Promise.all([evaluator.close(), hops.close()])
}
