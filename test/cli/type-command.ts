import { commands } from '../../cli/commands/index.ts'
import { runCommandLine } from '../../cli/program.ts'
import { recordTerminal } from './terminal.ts'

const quiet = new AbortController().signal

/** Runs a command line in a folder, as the process does, and gives its exit code and what it wrote. */
export async function typeCommand(cwd: string, ...argv: readonly string[]) {
  const { terminal, out, err } = recordTerminal()
  const code = await runCommandLine(argv, commands, { terminal, signal: quiet, abandon: quiet, cwd, version: '1.2.3' })
  return { code, out: out(), err: err() }
}
