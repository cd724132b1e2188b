import { resolve } from 'node:path'
import { existsSync } from 'node:fs'
import type { CommandDefinition } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { tellProblems } from '../failure.ts'
import { expandFiles, kindOfFile, loadScenarioFiles, readText } from '../load-files.ts'
import type { Problem } from '../../schemas/problem.ts'

/** `titus-bed validate`: every problem of every file, in one go, and nothing else. */
export const validateCommand: CommandDefinition = {
  name: 'validate',
  arguments: [{ name: '[files...]', description: 'cluster and scenario files, folders or globs (default: cluster.yaml and scenarios/)' }],
  summary: 'check cluster and scenario files; create nothing',
  description:
    'A file with the key `scenario` is a scenario, any other is a cluster description; files of reusable steps are checked through the scenarios that use them.',
  examples: [
    ['titus-bed validate', 'cluster.yaml and everything in scenarios/'],
    ['titus-bed validate my.yaml scenarios/batch-job.yaml', 'these two'],
  ],
  async run({ arguments: given, terminal, cwd }) {
    const { loadCluster } = await import('../../schemas/load-cluster.ts')
    const usual = ['cluster.yaml', 'scenarios'].filter((name) => existsSync(resolve(cwd, name)))
    const files = await expandFiles(given.length > 0 ? given : usual.length > 0 ? usual : ['cluster.yaml'], cwd)
    const problems: Problem[] = []
    const scenarios: string[] = []
    for (const file of files) {
      const text = await readText(file, cwd, 'name an existing file')
      const kind = kindOfFile(text)
      if (kind === 'scenario') scenarios.push(file)
      if (kind === 'cluster') problems.push(...loadCluster(text, file).problems)
    }
    problems.push(...(await loadScenarioFiles(scenarios, cwd)).problems)
    await tellProblems(problems, terminal)
    if (problems.some((problem) => problem.severity === 'error')) return exitCodes.usage
    terminal.out(`${files.length} ${files.length === 1 ? 'file is' : 'files are'} valid`)
    return exitCodes.passed
  },
}
