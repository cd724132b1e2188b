import type { Outcome } from '../schemas/event.ts'

const weights: Readonly<Record<Outcome, number>> = { skipped: 0, passed: 1, failed: 2, errored: 3 }

/** Errored beats failed beats passed beats skipped; of nothing at all it is `skipped`. */
export function combineOutcomes(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce<Outcome>((worst, outcome) => (weights[outcome] > weights[worst] ? outcome : worst), 'skipped')
}

/** What a step counts for in its scenario: a soft one that did not hold is told, but does not decide. */
export function weighStep(step: { readonly outcome: Outcome; readonly soft: boolean }): Outcome {
  return step.soft && (step.outcome === 'failed' || step.outcome === 'errored') ? 'passed' : step.outcome
}
