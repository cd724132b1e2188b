import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { InputError, inputError } from '../../schemas/failure.ts'
import { wrapText } from '../../system/wrap-text.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'

/** `titus-bed explain`: what the reference says, on the terminal. */
export const command: CommandDefinition = {
  arguments: [
    {
      name: '[topic]',
      description: 'step.reach, matcher.each, agents.capacity, command.run, … (default: list them), or a scenario file',
      completes: 'topic',
    },
  ],
  description:
    'The text is that of docs/reference/. Of a scenario file it says every host, command, request and call in order, as `run --dry-run` does.',
  examples: [
    ['titus-bed explain', 'every topic'],
    ['titus-bed explain step.reach', 'a kind of step, with its keys and results'],
    ['titus-bed explain agents.capacity', 'a key of cluster.yaml'],
    ['titus-bed explain matcher', 'all matchers, a line each'],
    ['titus-bed explain scenarios/batch-job.yaml', 'what a scenario would do, in order'],
  ],
  async run(invocation) {
    const {
      arguments: [name],
      commands,
      cwd,
      terminal,
    } = invocation
    if (name !== undefined && isFile(resolve(cwd, name))) return await explainFile(name, invocation)
    const [{ referenceChapters }, { explainName }] = await Promise.all([
      import('../reference/chapters.ts'),
      import('../reference/explain.ts'),
    ])
    const found = explainName(await referenceChapters(commands), name)
    if ('nearest' in found) {
      const hint = found.nearest === undefined ? 'titus-bed explain lists them' : `did you mean "${found.nearest}"?`
      throw inputError({ code: 'unknown-topic', message: `there is no topic "${name}"`, hint })
    }
    terminal.out(wrapProse(found.text, terminal.columns()))
    return exitCodes.passed
  },
}

/** Whether something is there, and no folder. A topic may be no path at all. */
function isFile(path: string): boolean {
  return existsSync(path) && !statSync(path).isDirectory()
}

/** What a scenario would do. @throws InputError with every problem of the file */
async function explainFile(file: string, invocation: Invocation): Promise<number> {
  const { cwd, terminal, project } = invocation
  const [{ loadScenarioFiles }, { findTestbed }, { tellPlan }] = await Promise.all([
    import('../files/load-files.ts'),
    import('../testbed/select-testbed.ts'),
    import('../running/tell-plan.ts'),
  ])
  const testbed = findTestbed(invocation)
  const loading = { allowLocal: true, project, ...(testbed === undefined ? {} : { testbed }) }
  const { scenarios, problems } = await loadScenarioFiles([file], cwd, loading)
  if (scenarios.length === 0) throw new InputError(problems)
  return await tellPlan(scenarios, testbed, terminal)
}

/** A topic broken between its words; an example keeps its lines. */
function wrapProse(text: string, columns: number | undefined): string {
  const lines = text.split('\n')
  return lines.map((line) => (line.startsWith('    ') ? line : wrapText(line, columns, line.startsWith('- ') ? '  ' : ''))).join('\n')
}
