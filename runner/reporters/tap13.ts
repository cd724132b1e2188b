import { renderJson } from '../../schemas/json-text.ts'
import type { StepResult } from '../../schemas/event.ts'
import type { Problem } from '../../schemas/problem.ts'
import { unmetClaims, standingOf, wholeName } from '../report.ts'
import type { RunReport, ScenarioReport } from '../report.ts'
import { inTurn } from './in-turn.ts'
import { groupChecks } from './group-checks.ts'
import { renderOutput, renderPolls, renderReason } from './render-step.ts'
import type { Reporter, ReporterKind } from './reporter.ts'
import { describePoint, escapeTap, isOk, renderFlaky, renderTells, renderWarnings, todoOf } from './tap-point.ts'
import { whereabouts } from './whereabouts.ts'

/** TAP version 13, for `prove` and others that know no subtests: a point for each step of every scenario, in one list.
 *  @see https://testanything.org/tap-version-13-specification.html */
export const tap13: ReporterKind = {
  summary: 'TAP version 13, for prove',
  create(): Reporter {
    let number = 0
    const point = (ok: boolean, name: string, directive?: Parameters<typeof describePoint>[3]) =>
      `${describePoint(ok, (number += 1), name, directive)}\n`
    const renderStep = (step: StepResult, scenario: string) => {
      const standing = standingOf(step)
      const skipped = standing === 'skipped' ? (step.problem?.message ?? '') : undefined
      const todo = todoOf(step)
      const line = point(isOk(step.outcome), `${scenario} › ${wholeName(step)}`, { skipped, todo })
      const facts = step.invariant === undefined || standing === 'skipped' ? '' : `# ${escapeTap(renderPolls(step.invariant))}\n`
      return (isOk(step.outcome) ? line : line + renderDiagnostics(diagnose(step))) + facts + renderWarnings(step)
    }
    return inTurn({
      start: 'TAP version 13\n',
      renderScenario(scenario: ScenarioReport) {
        const { name, steps, outcome, problem } = scenario
        const lines = steps.map((step) => renderStep(step, name)).join('') + renderFlaky(scenario) + renderTells(scenario)
        if (problem === undefined) return lines
        if (outcome === 'skipped') return lines + point(true, name, { skipped: problem.message })
        return lines + point(false, name) + renderDiagnostics(describeProblem(problem))
      },
      renderEnd(report: RunReport) {
        const ofRun = unmetClaims(report).map(({ claim, message }) => point(false, claim) + renderDiagnostics({ message }))
        return `${ofRun.join('')}1..${number}\n`
      },
    })
  },
}

type Diagnostics = Readonly<Record<string, string | number | undefined>>

function diagnose(step: StepResult): Diagnostics {
  const { outcome, place, kind, host, attempts, problem, checks, cause } = step
  const known = { outcome, at: whereabouts(place), kind, host, attempts }
  if (cause !== undefined) return { ...known, message: renderReason(step) }
  const claims = groupChecks(checks).map(
    ({ message, check }, index) => [`check_${index + 1}`, `${whereabouts(check.place)}: ${message}`] as const,
  )
  const output = renderOutput(step)
  return {
    ...known,
    ...(problem === undefined ? {} : describeProblem(problem)),
    ...Object.fromEntries(claims),
    output: output || undefined,
  }
}

function describeProblem({ code, message, hint }: Problem): Diagnostics {
  return { code, message, hint }
}

/** The YAML of TAP 13 is a part of YAML that each reader draws in its own way: one level of keys, and texts in double quotes, all of them read. */
function renderDiagnostics(diagnostics: Diagnostics): string {
  const lines = Object.entries(diagnostics).flatMap(([key, value]) => (value === undefined ? [] : [`  ${key}: ${renderJson(value)}\n`]))
  return ['  ---\n', ...lines, '  ...\n'].join('')
}
