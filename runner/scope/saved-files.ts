import { parse } from 'node:path'
import type { Entry } from '../../schemas/scenario.ts'
import type { Evaluation } from '../evaluation/evaluator.ts'
import { StepError } from '../step-error.ts'
import { evaluateValue } from './evaluate.ts'
import type { Scope } from './scope.ts'

/** Where the texts of a step are saved, by their keys. Of several hosts each has files of its own, with its name before the ending.
 *  @param host  the machine, where the step acts on several @throws StepError when a path is none */
export async function evaluateSaved(
  save: readonly Entry[],
  host: string | undefined,
  scope: Scope,
  evaluation: Evaluation,
): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {}
  for (const { key, value } of save) {
    const path = await evaluateValue(value, scope, evaluation)
    if (typeof path !== 'string' || path === '')
      throw new StepError('bad-parameter', `the path to save ${key} in is no text`, { place: value.place })
    files[key] = host === undefined ? path : nameHost(path, host)
  }
  return files
}

function nameHost(path: string, host: string): string {
  const { ext } = parse(path)
  return `${path.slice(0, path.length - ext.length)}.${host.replaceAll('/', '-')}${ext}`
}
