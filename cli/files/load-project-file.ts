import { dirname, relative, resolve } from 'node:path'
import { InputError } from '../../schemas/failure.ts'
import { byPlace } from '../../schemas/problem.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Project } from '../../schemas/project.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import { requireWritable } from '../../system/fenced-file.ts'
import { whyUnreadable } from '../../system/why-unreadable.ts'
import { readText } from './load-files.ts'

/** Reads the project file of a command that is typed in a folder, which nobody named. @throws InputError with all that is wrong with it */
export async function loadProjectFile(path: string, cwd: string): Promise<Project> {
  const { project, problems } = await checkProjectFile(relative(cwd, path), cwd, false)
  if (project === undefined || problems.some(({ severity }) => severity === 'error')) {
    const hint = 'correct the file; --no-config leaves it out'
    throw new InputError(problems.map((problem) => ({ ...problem, hint: problem.hint ?? hint })))
  }
  return project
}

/** Reads a project file, and finds what is wrong with it. @param isTyped  whether somebody named it @throws InputError when it cannot be read */
export async function checkProjectFile(
  file: string,
  cwd: string,
  isTyped = true,
): Promise<{ readonly project?: Project; readonly problems: readonly Problem[] }> {
  const { loadProject } = await import('../../schemas/language/load-project.ts')
  const { reporters, ...loaded } = loadProject(readText(file, cwd, '--no-config leaves it out', isTyped), file)
  const wrong = await reporterProblems(reporters, dirname(resolve(cwd, file)))
  return { ...loaded, problems: [...loaded.problems, ...wrong].toSorted(byPlace) }
}

/** A file that came with a repository sends no report out of its folder. */
async function reporterProblems(reporters: NonNullable<Project['reporters']>, folder: string): Promise<readonly Problem[]> {
  if (reporters.length === 0) return []
  const { reporterKinds } = await import('../../runner/reporters/index.ts')
  const names = Object.keys(reporterKinds)
  return reporters.flatMap(({ text, place }): readonly Problem[] => {
    const [kind = '', file = ''] = text.split(/=(.*)/s)
    if (!names.includes(kind)) {
      const message = `there is no reporter "${kind}"`
      return [{ code: 'unknown-reporter', severity: 'error', place, message, expected: names.join(', '), hint: didYouMean(kind, names) }]
    }
    try {
      if (file !== '') requireWritable(resolve(folder, file), { folders: [folder], open: false })
      return []
    } catch (error) {
      const message = `the report ${text} ${whyUnreadable(error)}`
      return [{ code: 'bad-report', severity: 'error', place, message, expected: `a file in ${folder} or below` }]
    }
  })
}
