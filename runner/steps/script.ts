import { commandResults, runCommand } from './command.ts'
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
  results: commandResults,
  run: (context, params) => runCommand(context, context.machine, ['/bin/sh', '-eu', '-c', params as string]),
}
