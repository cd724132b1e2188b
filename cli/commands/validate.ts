import { basename, resolve } from 'node:path'
import { existsSync } from 'node:fs'
import { InputError, inputError } from '../../schemas/failure.ts'
import type { Problem } from '../../schemas/problem.ts'
import { flag } from '../command.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { tellProblems } from '../terminal/tell-failure.ts'
import { expandFiles } from '../files/expand-files.ts'
import { checkStepFiles, checkScenarioFiles, readText } from '../files/load-files.ts'
import { checkHostsFile } from '../testbed/hosts-file.ts'
import { projectFileName } from '../files/find-project-file.ts'
import { checkProjectFile } from '../files/load-project-file.ts'
import { allowLocalOption } from '../running/run-options.ts'
import { countOf } from '../../system/count-of.ts'

/** `titus-bed validate`: every problem of every file, in one go, and nothing else. */
export const command: CommandDefinition = {
  arguments: [
    {
      name: '[files...]',
      description: 'cluster and scenario files, folders or globs (default: cluster.yaml and scenarios/)',
      completes: 'yaml',
    },
  ],
  description:
    'A file with the key `scenario` is a scenario, one with `steps` alone is a file of reusable steps, one with `hosts` describes hosts that titus-bed did not raise, any other a cluster.',
  examples: [
    ['titus-bed validate', 'cluster.yaml and everything in scenarios/'],
    ['titus-bed validate my.yaml scenarios/batch-job.yaml', 'these two'],
    ['titus-bed validate --json', 'the problems as data, for other programs'],
  ],
  options: [
    allowLocalOption,
    { flags: '--json', description: 'the problems as data: severity, code, file, line, column, message, expected, hint' },
  ],
  async run(invocation) {
    const { terminal } = invocation
    if (!flag(invocation, 'json')) {
      const { files, problems } = await checkFiles(invocation)
      await tellProblems(problems, terminal)
      if (problems.some(isError)) return exitCodes.usage
      terminal.out(`${countOf(files.length, 'file is', 'files are')} valid`)
      return exitCodes.passed
    }
    const { files, problems } = await checkFiles(invocation).catch((error: unknown) => {
      if (error instanceof InputError) return { files: [], problems: error.problems }
      throw error
    })
    const valid = !problems.some(isError)
    terminal.out(JSON.stringify({ valid, files, problems: problems.map(asData) }, null, 2))
    return valid ? exitCodes.passed : exitCodes.usage
  },
}

interface CheckedFiles {
  readonly files: readonly string[]
  readonly problems: readonly Problem[]
}

/** @throws InputError when the files cannot be had */
async function checkFiles({ arguments: given, cwd, options, project }: Invocation): Promise<CheckedFiles> {
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
    if (basename(file) === projectFileName) {
      problems.push(...(await checkProjectFile(file, cwd)).problems)
      continue
    }
    const text = readText(file, cwd, 'name an existing file')
    const kind = kindOfFile(text)
    if (kind === 'scenario') scenarios.push(file)
    if (kind === 'steps') stepFiles.push(file)
    if (kind === 'hosts') problems.push(...checkHostsFile(text, file, cwd).problems)
    if (kind === 'cluster') problems.push(...loadCluster(text, file).problems)
  }
  const loading = { allowLocal: options['allowLocal'] === true, environment: process.env, project }
  problems.push(...(await checkScenarioFiles(scenarios, cwd, loading)), ...(await checkStepFiles(stepFiles, cwd, loading)))
  return { files, problems }
}

function isError({ severity }: Problem): boolean {
  return severity === 'error'
}

/** A problem as other programs like it: flat, its place in numbers that count from 1. */
function asData({ severity, code, place, message, expected, hint }: Problem) {
  return { severity, code, ...place, message, expected, hint }
}
