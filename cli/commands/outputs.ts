import { inputError } from '../../schemas/failure.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import { flag, testbedOption } from '../command.ts'
import type { CommandDefinition } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { selectTestbed } from '../testbed/select-testbed.ts'

/** `titus-bed outputs`: what the stack said: addresses, ids, the role and the security group that jobs take. */
export const command: CommandDefinition = {
  arguments: [{ name: '[name]', description: 'print this one alone' }],
  options: [testbedOption, { flags: '--json', description: 'as a JSON object' }],
  examples: [
    ['titus-bed outputs', 'all of them'],
    ['titus-bed outputs default_sg_id', 'one value, for a script'],
  ],
  async run(invocation) {
    const { terminal, arguments: given } = invocation
    const { outputs } = selectTestbed(invocation).testbed
    const [name] = given
    if (name !== undefined) {
      const value = outputs[name]
      if (value === undefined) {
        const names = Object.keys(outputs)
        const message = `there is no output "${name}"`
        throw inputError({ code: 'unknown-output', message, expected: names.join(', '), hint: didYouMean(name, names) })
      }
      terminal.out(value)
    } else if (flag(invocation, 'json')) terminal.out(JSON.stringify(outputs, null, 2))
    else for (const [key, value] of Object.entries(outputs)) terminal.out(`${key} = ${value}`)
    return exitCodes.passed
  },
}
