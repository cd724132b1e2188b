import { testbedOption } from '../command.ts'
import type { CommandDefinition } from '../command.ts'

/** `titus-bed logs`: what happened in a run, of everything that has a stamp, in the order of time. */
export const command: CommandDefinition = {
  arguments: [{ name: '[run]', description: 'a run, or the beginning of its name (default: the last one)' }],
  description:
    'Steps, polls, gaps of invariants, faults, calls of the AWS API, and of the machines that were asked when a scenario had failed their journals, containers and states of Titus, corrected for their clocks. The same stands in .titus-bed/NAME/runs/ID/timeline.jsonl, a line of JSON for each.',
  options: [
    testbedOption,
    { flags: '--host <host>', description: 'of this machine alone', completes: 'host' },
    { flags: '--unit <name>', description: 'of this unit, program, container or task alone' },
    { flags: '--since <when>', description: 'from a time on (2026-11-22T16:05:30Z), or the last part of the run (30s)' },
    { flags: '--around <step>', description: 'from 10 s before a step began until 10 s after it ended: its name, or a part of it' },
    { flags: '--json', description: 'lines of JSON' },
  ],
  examples: [
    ['titus-bed logs', 'all of the last run'],
    ["titus-bed logs --around 'the bastion gets the page'", 'what happened meanwhile, wherever'],
    ['titus-bed logs 20261122-160530 --host gateway --unit titus-server-gateway --since 1m', 'the end of it, of one unit'],
  ],
  async run(invocation) {
    const { showLogs } = await import('../report/show-logs.ts')
    return showLogs(invocation)
  },
}
