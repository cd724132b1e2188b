import type { Finding } from '../../lab/doctor.ts'
import { wrapText } from '../../system/wrap-text.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'

/** `titus-bed doctor`: what this computer lacks for the lab, and the command that cures each. */
export const command: CommandDefinition = {
  examples: [['titus-bed doctor', 'exit code 0 when the lab can be raised here, 3 when not']],
  run: async ({ terminal }) => tellFindings(await (await import('../../lab/doctor.ts')).examineComputer(), terminal),
}

/** Tells each finding, the failed ones with their cure, and gives the exit code. */
export function tellFindings(findings: readonly Finding[], terminal: Invocation['terminal']): number {
  const { green, red, yellow } = terminal.colour
  const sentence = (text: string): void => terminal.out(wrapText(text, terminal.columns(), '     '))
  for (const { ok, isWarning, what, cure } of findings) {
    const failed = isWarning === true ? yellow('warn') : red('FAIL')
    sentence(`${ok ? green('ok  ') : failed} ${what}`)
    if (!ok && cure !== undefined) sentence(`     ${terminal.colour.dim('cure:')} ${cure}`)
  }
  return findings.every(({ ok, isWarning }) => ok || isWarning === true) ? exitCodes.passed : exitCodes.testbed
}
