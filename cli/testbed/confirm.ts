import { createInterface } from 'node:readline/promises'
import type { PlanSummary, Terraform } from '../../stack/terraform.ts'
import { inputError } from '../../schemas/failure.ts'
import { priceInWords, priceLine } from '../../stack/price/testbed-price.ts'
import type { TestbedPrice } from '../../stack/price/testbed-price.ts'
import type { Target } from '../target/target.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { planLines } from './plan-lines.ts'

/** What is asked about. */
export interface Question {
  /** What would be done: `Apply`. */
  readonly what: string
  readonly region: string
  /** What it will cost, where it costs anything. */
  readonly price?: TestbedPrice
}

/** A plan that is asked about. `changes` is called only on AWS, where the plan is told also with `--yes`: it takes Terraform a while. */
export interface AskedPlan extends PlanSummary, Pick<Terraform, 'changes'> {}

/** Asks before money is spent or resources of a real account are removed. In the lab there is nothing to ask.
 *  @throws InputError when nobody is there to answer and `--yes` was not given */
export function confirmOnAws({ what, region, price }: Question, yes: boolean, terminal: Terminal, signal: AbortSignal) {
  return async (target: Pick<Target, 'access' | 'account' | 'identity'>, plan?: AskedPlan): Promise<boolean> => {
    if (target.access.endpoint !== undefined) return true
    terminal.err(`account ${target.account}, region ${region}, as ${target.identity}`)
    for (const line of plan === undefined ? [] : planLines(plan, await plan.changes())) terminal.err(line)
    if (price !== undefined) terminal.err(`price: ${priceLine(region, price)}`)
    if (yes) return true
    if (!terminal.interactive || !process.stdin.isTTY) {
      throw inputError({
        code: 'not-confirmed',
        message: `${what} on AWS has to be confirmed, and nobody is here to ask`,
        hint: 'add --yes',
      })
    }
    const prompt = createInterface({ input: process.stdin, output: process.stderr })
    try {
      const answer = await prompt.question(
        `${what} in this account${price === undefined ? '' : `, for ${priceInWords(price)}`}? Only "yes" goes on: `,
        { signal },
      )
      return answer.trim() === 'yes'
    } finally {
      prompt.close()
    }
  }
}
