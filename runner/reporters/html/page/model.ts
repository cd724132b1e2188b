import type { PageData, PageScenario, PageStep } from '../page-data.ts'

/** A step with those inside of it. */
export interface StepNode {
  readonly step: PageStep
  /** Its address in the page. */
  readonly id: string
  readonly inner: readonly StepNode[]
}

/** A step that made a scenario red, or a scenario that is red by itself. */
export interface Failure {
  readonly scenario: PageScenario
  readonly step?: PageStep
  /** When it was known, since the start of the run. */
  readonly atMs: number
}

/** The steps of a scenario as a tree: the list has each after the one that holds it. */
export function treeOf({ id, steps }: PageScenario): readonly StepNode[] {
  const top: StepNode[] = []
  const open: { readonly node: StepNode; readonly inner: StepNode[] }[] = []
  for (const step of steps) {
    const inner: StepNode[] = []
    const node: StepNode = { step, id: addressOf(id, step), inner }
    while (open.length > 0 && !isInside(step, open[open.length - 1]?.node.step)) open.pop()
    const around = open[open.length - 1]
    if (around === undefined) top.push(node)
    else around.inner.push(node)
    open.push({ node, inner })
  }
  return top
}

/** The address of a step. */
export function addressOf(scenario: string, { path }: Pick<PageStep, 'path'>): string {
  return `${scenario}.${path.join('.')}`
}

/** The names on the way to a step, its own the last. */
export function wayTo({ steps }: PageScenario, step: PageStep): readonly string[] {
  const around = steps.filter((other) => isInside(step, other))
  return [...around, step].map(({ name }) => name)
}

/** What made the run red, what was known first at the top. A step that another one inside of it decided is not told beside that. */
export function failuresOf({ scenarios }: PageData): readonly Failure[] {
  const failures = scenarios.flatMap((scenario): readonly Failure[] => {
    if (scenario.outcome !== 'failed' && scenario.outcome !== 'errored') return []
    const own = scenario.steps.filter(({ standing, cause }) => (standing === 'failed' || standing === 'errored') && cause === undefined)
    const steps = own.map((step): Failure => ({ scenario, step, atMs: step.startMs + step.durationMs }))
    if (steps.length > 0 && scenario.problem === undefined) return steps
    return [...steps, { scenario, atMs: scenario.startMs + scenario.durationMs }]
  })
  return failures.toSorted((a, b) => a.atMs - b.atMs)
}

/** Why a step or a scenario is as it is, in one line. */
export function reasonOf({ checks = [], problem }: Pick<PageStep, 'checks' | 'problem'>): string {
  const check = checks.find(({ failed }) => failed !== undefined)
  const host = check?.host === undefined ? '' : `${check.host}: `
  const text = check?.failed === undefined ? (problem?.message ?? '') : `${host}${check.subject}: ${check.failed.explanation}`
  return text.split('\n', 1)[0] ?? ''
}

/** The machines that a step acted on, as it names them. */
export function hostsOf({ host, checks = [], grid }: PageStep): readonly string[] {
  const named = host === undefined ? [] : host.split(', ')
  // The rows of a table of reach are the machines that asked.
  const rows = (grid?.rows ?? []).filter(({ cells }) => cells.some(({ verdict }) => verdict === 'wrong')).map(({ name }) => name)
  return [...new Set([...named, ...rows, ...checks.flatMap((check) => (check.failed === undefined ? [] : (check.host ?? [])))])]
}

function isInside(step: PageStep, around: PageStep | undefined): boolean {
  return around !== undefined && around.path.length < step.path.length && around.path.every((part, index) => step.path[index] === part)
}
