import type { JsonObject } from '../../schemas/json.ts'
import { StepError } from '../step-error.ts'
import { commandResults, commandTexts, runCommand } from './command.ts'
import type { StepKind } from './kind.ts'

/** A shell script on the host. */
export const script: StepKind = {
  summary: 'Runs a script with `sh -eu` on the host. Values enter by `env:` alone.',
  schema: {
    type: 'string',
    minLength: 1,
    description: 'The text of the script. It cannot hold ${{ }}: give values by `env:`, where no quoting can go wrong.',
  },
  example: `
name: no container is left from the test
host: agents.all
env: { NAME: smoke }
script: |
  test -z "$(docker ps --quiet --filter "name=$NAME")"`,
  reads: 'opaque',
  host: 'required',
  implies: { exit: 0 },
  asserts: false,
  texts: commandTexts,
  results: commandResults,
  async run(context, params) {
    const result = await runCommand(context, context.machine, [shell, '-eu', '-c', params as string])
    refuseMissingShell(context.machine.name, result)
    return result
  },
}

/** The shell is named by its path, so that a `PATH` of the step is the script's alone. */
const shell = '/bin/sh'

/** A container may have no shell, and what runs containers says so in place of a script that never ran. @throws StepError */
function refuseMissingShell(name: string, { exit, stdout, stderr }: JsonObject): void {
  const said = [stdout, stderr]
    .filter((text) => typeof text === 'string')
    .join('\n')
    .trim()
  const isOfRuntime = /OCI runtime|exec failed|crun|runc/.test(said) && said.includes(shell) && !said.includes('\n')
  if ((exit !== 126 && exit !== 127) || !isOfRuntime) return
  const hint = 'give the step a command that is there: `run:`'
  throw new StepError('command', `${name} has no ${shell}, so that no script runs there: ${said}`, { hint })
}
