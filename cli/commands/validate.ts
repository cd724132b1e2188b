import { resolve } from 'node:path'
import { existsSync } from 'node:fs'
import { inputError } from '../../schemas/failure.ts'
import type { Problem } from '../../schemas/problem.ts'
import { flag } from '../command.ts'
import type { CommandDefinition } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { tellProblems } from '../terminal/tell-failure.ts'
import { expandFiles } from '../files/expand-files.ts'
import { checkStepFiles, checkScenarioFiles, readText } from '../files/load-files.ts'
import { allowLocalOption } from '../running/run-options.ts'
import { countOf } from '../../system/count-of.ts'

/** `titus-bed validate`: every problem of every file, in one go, and nothing else. */
export const command: CommandDefinition = {
  arguments: [{ name: '[files...]', description: 'cluster and scenario files, folders or globs (default: cluster.yaml and scenarios/)' }],
  description:
    'A file with the key `scenario` is a scenario, one with `steps` alone is a file of reusable steps, any other describes a cluster.',
  examples: [
    ['titus-bed validate', 'cluster.yaml and everything in scenarios/'],
    ['titus-bed validate my.yaml scenarios/batch-job.yaml', 'these two'],
  ],
  options: [allowLocalOption],
  async run(invocation) {
    const { arguments: given, terminal, cwd } = invocation
    const [{ loadCluster }, { kindOfFile }] = await Promise.all([
      import('../../schemas/cluster-rules/load-cluster.ts'),
      import('../../schemas/yaml/kind-of-file.ts'),
    ])
    const usual = ['cluster.yaml', 'scenarios'].filter((name) => existsSync(resolve(cwd, name)))
    if (given.length === 0 && usual.length === 0) {
      const message = 'there is neither a cluster.yaml nor a folder scenarios/ here'
      const hint = 'name the files, or write first ones: titus-bed init'
      throw inputError({ code: 'no-such-file', message, hint })
    }
    const { files, notes } = await expandFiles(given, cwd, usual)
    const problems: Problem[] = [...notes]
    const scenarios: string[] = []
    const stepFiles: string[] = []
    for (const file of files) {
      const text = readText(file, cwd, 'name an existing file')
      const kind = kindOfFile(text)
      if (kind === 'scenario') scenarios.push(file)
      if (kind === 'steps') stepFiles.push(file)
      if (kind === 'cluster') problems.push(...loadCluster(text, file).problems)
    }
    const loading = { allowLocal: flag(invocation, 'allowLocal') }
    problems.push(...(await checkScenarioFiles(scenarios, cwd, loading)), ...(await checkStepFiles(stepFiles, cwd, loading)))
    await tellProblems(problems, terminal)
    if (problems.some((problem) => problem.severity === 'error')) return exitCodes.usage
    terminal.out(`${countOf(files.length, 'file is', 'files are')} valid`)
    return exitCodes.passed
  },
}
