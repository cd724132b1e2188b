import { constants } from 'node:os'
import { inputError, TestbedError } from '../../schemas/failure.ts'
import { anyTestbedOptions, textOption } from '../command.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { hostArgument } from '../testbed/host-argument.ts'
import { currentHost } from '../testbed/refresh-testbed.ts'
import { selectTestbed } from '../testbed/select-testbed.ts'
import { asTypedHere } from '../product/typed-as.ts'

/** `titus-bed exec HOST -- …`: one command on a machine, the way scenario steps run theirs: argv, no shell, a clean environment. */
export const command: CommandDefinition = {
  arguments: [hostArgument, { name: '<command...>', description: 'the program and its arguments; no shell reads them' }],
  description:
    'The command has a clean environment and nothing to read, and its output is shown when it has ended; titus-bed ssh is for terminals, pipes and streams. The exit code is that of the command (128 and the number of the signal that ended it, as in a shell), and 3 when the machine could not be reached or the time was up.',
  options: [...anyTestbedOptions, { flags: '--timeout <seconds>', description: 'how long it may take', default: '600' }],
  passThrough: true,
  examples: [
    ['titus-bed exec gateway -- systemctl is-active titus-server-gateway', 'prints active'],
    ['titus-bed exec agents[0] -- docker ps', 'the containers of an agent'],
  ],
  async run(invocation) {
    const { terminal, signal } = invocation
    const [name = '', ...argv] = invocation.arguments
    if (argv.length === 0) throw usageProblem(`there is nothing to run on ${name}`, `titus-bed exec ${name} -- uptime`)
    const timeoutMs = timeoutOption(invocation) * 1000
    const { workspace, testbed } = selectTestbed(invocation)
    const { host, testbed: current } = await currentHost(workspace, testbed, name)
    const { createHops } = await import('../../runner/hops/hops.ts')
    const hops = createHops(current)
    hops.listen((note) => terminal.err(`note: ${note}`))
    try {
      const exit = await hops.machine(host.name).exec(argv, { timeoutMs, signal })
      terminal.raw(exit.stdout)
      if (exit.stderr !== '') terminal.err(exit.stderr.trimEnd())
      for (const [name, cut] of Object.entries(exit.cut))
        terminal.err(asTypedHere(`${name} is not whole: ${cut.reason} (titus-bed ssh passes all of it on)`))
      if (exit.ended === 'exit') return exit.exitCode ?? exitCodes.testbed
      if (exit.ended === 'signal') return 128 + (constants.signals[`SIG${exit.signal}` as NodeJS.Signals] ?? 0)
      if (exit.ended === 'timeout')
        throw new TestbedError(`the command on ${host.name} did not end within ${timeoutMs / 1000} s`, {
          hint: 'give it more time with --timeout SECONDS, before the host',
        })
      if (exit.ended === 'cancelled')
        throw new TestbedError(`the command on ${host.name} ${exit.cleared ? 'was ended' : 'may go on there'}`)
      throw new TestbedError(`the connection to ${host.name} ended before the command did`, { hint: 'titus-bed status' })
    } finally {
      await hops.close()
    }
  },
}

function timeoutOption(invocation: Invocation): number {
  const text = textOption(invocation, 'timeout') ?? ''
  // A timer holds 31 bits of milliseconds, which is 24 days.
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw usageProblem(`--timeout ${text} is not a number of seconds`, 'write a whole number from 1 to 999999')
}

function usageProblem(message: string, hint: string): Error {
  return inputError({ code: 'bad-usage', message, hint })
}
