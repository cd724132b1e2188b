import { TestbedError } from '../../schemas/failure.ts'
import { cureFor } from '../cures.ts'
import type { TerraformEvent } from './events.ts'

type Diagnostic = Extract<TerraformEvent, { type: 'diagnostic' }>

/** What Terraform could not do, in its own words, as one error for a person.
 *  @param diagnostics  in the order that they came; the same thing said twice is told once
 *  @param plain        lines that were no JSON: all there is when Terraform did not get as far as its own reports */
export function terraformFailure(command: string, diagnostics: readonly Diagnostic[], plain: readonly string[]): TestbedError {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').map(describe)
  const said = errors.length > 0 ? [...new Set(errors)] : [plain.join('\n').trim() || 'it gave no reason']
  const message = `terraform ${command} failed\n${said.join('\n')}`
  return new TestbedError(message, { hint: cureFor(message) })
}

function describe({ summary, detail, address }: Diagnostic): string {
  const where = address === undefined ? '' : `${address}: `
  return [`${where}${summary}`, ...(detail === '' || detail === summary ? [] : [detail.trim()])].join('\n').replaceAll(/^(?=.)/gm, '  ')
}
