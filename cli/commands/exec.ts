import { testbedOption, type CommandDefinition } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { currentHost } from '../refresh-testbed.ts'
import { selectTestbed } from '../select-testbed.ts'

/** `titus-bed exec HOST -- …`: one command on a machine, the way scenario steps run theirs: argv, no shell, a clean environment. */
export const execCommand: CommandDefinition = {
  name: 'exec',
  arguments: [
    { name: '<host>', description: 'bastion, prereqs, master, gateway, agents[0], or a private address' },
    { name: '<command...>', description: 'the program and its arguments; no shell reads them' },
  ],
  summary: 'run one command on a machine, as scenario steps do',
  description: 'The exit code is that of the command. 3 when the machine could not be reached.',
  options: [testbedOption, { flags: '--timeout <seconds>', description: 'how long it may take', default: '600' }],
  passThrough: true,
  examples: [
    ['titus-bed exec gateway -- systemctl is-active titus-server-gateway', 'prints active'],
    ['titus-bed exec agents[0] -- docker ps', 'the containers of an agent'],
  ],
  async run(invocation) {
    const { terminal, signal } = invocation
    const [{ createHops }, { TestbedError }] = await Promise.all([import('../../runner/hops/hops.ts'), import('../../schemas/failure.ts')])
    const { workspace, testbed } = selectTestbed(invocation)
    const [name = '', ...argv] = invocation.arguments
    const { host, testbed: current } = await currentHost(workspace, testbed, name)
    const hops = createHops(current)
    try {
      const exit = await hops.machine(host.name).exec(argv, { timeoutMs: Number(invocation.options['timeout']) * 1000, signal })
      terminal.raw(exit.stdout)
      if (exit.stderr !== '') terminal.err(exit.stderr.trimEnd())
      if (exit.ended === 'exit') return exit.exitCode ?? exitCodes.testbed
      throw new TestbedError(`the command on ${host.name} ended by ${exit.ended}${exit.signal === null ? '' : ` (${exit.signal})`}`)
    } finally {
      await hops.close()
    }
  },
}
