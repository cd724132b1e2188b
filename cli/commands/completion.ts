import { inputError } from '../../schemas/failure.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import type { CommandDefinition } from '../command.ts'
import { completionScripts } from '../completion/scripts.ts'
import { exitCodes } from '../exit-codes.ts'

const shells = Object.keys(completionScripts)

/** `titus-bed completion SHELL`: commands, options, testbeds, hosts and files at the touch of a key. */
export const command: CommandDefinition = {
  readsProject: false,
  arguments: [
    { name: '<shell>', description: shells.join(', '), completes: shells },
    {
      name: '[words...]',
      description: 'the words of a command line: prints what could stand in place of the last, as the script asks it to',
    },
  ],
  passThrough: true,
  examples: [
    ['source <(titus-bed completion bash)', 'for this shell; in ~/.bashrc for every one'],
    ['titus-bed completion zsh > "${fpath[1]}/_titus-bed"', 'zsh reads it when it starts'],
    ['titus-bed completion fish > ~/.config/fish/completions/titus-bed.fish', 'and fish'],
  ],
  async run(invocation) {
    const { arguments: given, commands, terminal } = invocation
    const [shell = '', ...words] = given
    const script = Object.hasOwn(completionScripts, shell) ? completionScripts[shell] : undefined
    if (script === undefined)
      throw inputError({
        code: 'unknown-shell',
        message: `there is no script for the shell "${shell}"`,
        expected: shells.join(', '),
        hint: didYouMean(shell, shells),
      })
    if (words.length === 0) {
      terminal.raw(script)
      return exitCodes.passed
    }
    const [{ completeWords }, { candidatesIn }] = await Promise.all([
      import('../completion/complete-words.ts'),
      import('../completion/find-candidates.ts'),
    ])
    for (const word of await completeWords(words, commands, candidatesIn(invocation))) terminal.out(word)
    return exitCodes.passed
  },
}
