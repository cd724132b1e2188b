import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { inputError } from '../../schemas/failure.ts'
import { countOf } from '../../system/count-of.ts'
import { shellWord } from '../../system/shell-quote.ts'
import { sources } from '../adopt/guess-source.ts'
import type { Defaults } from '../adopt/render-hosts-file.ts'
import { textOption } from '../command.ts'
import type { CommandDefinition } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { typedHere } from '../product/typed-as.ts'
import { tellProblems } from '../terminal/tell-failure.ts'
import { checkHostsFile } from '../testbed/hosts-file.ts'

/** `titus-bed adopt`: a file of hosts that titus-bed did not raise, from what describes them already. */
export const command: CommandDefinition = {
  arguments: [
    {
      name: '[description]',
      description:
        'an OpenSSH configuration, an Ansible inventory, what terraform output -json printed, or - for the standard input (default: ~/.ssh/config)',
    },
    {
      name: '[hosts...]',
      description: 'of an OpenSSH configuration: which of its hosts, with * for any text (default: all that have a name)',
    },
  ],
  description:
    'OpenSSH itself resolves its configuration, so that patterns, Include and ProxyJump mean what they mean to ssh. A host of an inventory takes the name of its group: `gateway` where the group has that name and one host, else `agents[0]`, `agents[1]`. Nothing is contacted, and nothing about a host is trusted: its key has to be known already, or to be written into the file.',
  options: [
    {
      flags: '--from <source>',
      description: `what the description is: ${sources.join(', ')} (default: what it looks like)`,
      completes: sources,
    },
    { flags: '--output <file>', description: 'the file to write, or - for the standard output', default: 'hosts.yaml', completes: 'yaml' },
    { flags: '--name <name>', description: 'the name of the testbed (default: that of the file)' },
    { flags: '--user <user>', description: 'the user to log in as where the description names none' },
    { flags: '--identity <file>', description: 'the private key where it names none' },
    { flags: '--known-hosts <file>', description: 'the file of known host keys where it names none' },
    { flags: '--hop <host>', description: 'the host that the others are reached over where it names none' },
  ],
  examples: [
    ['titus-bed adopt ~/.ssh/config gateway "agent-*"', 'these hosts of your own configuration'],
    ['titus-bed adopt inventory.yaml', 'those of an Ansible inventory'],
    ['terraform output -json | titus-bed adopt - --hop bastion --user ubuntu', 'those that Terraform made'],
  ],
  async run(invocation) {
    const { arguments: given, cwd, terminal, signal } = invocation
    const [from = '~/.ssh/config', ...wanted] = given
    const output = textOption(invocation, 'output') ?? 'hosts.yaml'
    if (output !== '-' && existsSync(resolve(cwd, output)))
      throw inputError({
        code: 'file-exists',
        message: `${output} exists already`,
        hint: 'adopt overwrites nothing: choose another file with --output',
      })
    const { readDescription } = await import('../adopt/read-description.ts')
    const { notes, ...adopted } = await readDescription({ from, wanted, source: textOption(invocation, 'from'), cwd, signal })
    for (const note of notes) terminal.err(`${terminal.colour.yellow('note:')} ${note}`)
    if (adopted.hosts.length === 0)
      throw inputError({ code: 'nothing-adopted', message: `${from} names no host that could be taken`, hint: 'see the notes, and --from' })
    const { renderHostsFile } = await import('../adopt/render-hosts-file.ts')
    const options = { name: 'name', user: 'user', identity: 'identity', knownHosts: 'knownHosts', hop: 'hop' } as const
    const pairs = Object.values(options).flatMap((key) => {
      const value = textOption(invocation, key)
      return value === undefined ? [] : [[key, value] as const]
    })
    const text = renderHostsFile(adopted, from, Object.fromEntries(pairs) satisfies Defaults)
    if (output === '-') {
      terminal.raw(text)
      return exitCodes.passed
    }
    writeFileSync(resolve(cwd, output), text, { flag: 'wx', mode: 0o600 })
    terminal.out(`${output}: ${countOf(adopted.hosts.length, 'host')}`)
    const { problems } = checkHostsFile(text, output, cwd)
    await tellProblems(
      problems.map((problem) => ({ ...problem, severity: 'warning' })),
      terminal,
    )
    terminal.err(
      `next: ${problems.length > 0 ? 'see to what is told above, then ' : ''}${typedHere(cwd)} status --testbed-file ${shellWord(output)}`,
    )
    return exitCodes.passed
  },
}
