import { dirname, relative, resolve } from 'node:path'
import type { Project } from '../../schemas/project.ts'

/** What a project file says of options, by their names in camelCase: what was typed is stronger. */
export function projectOptions(project: Project, cwd: string): Readonly<Record<string, unknown>> {
  const { testbed, tags, reporters, parallel, bail, file } = project
  const folder = dirname(resolve(cwd, file))
  const given: Readonly<Record<string, unknown>> = {
    testbed,
    tag: tags,
    reporter: reporters?.map(({ text }) => inFolder(text, folder, cwd)),
    parallel: parallel?.toString(),
    bail,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** A report goes where the project file sees it, wherever the command is typed. */
function inFolder(text: string, folder: string, cwd: string): string {
  const [kind = '', file = ''] = text.split(/=(.*)/s)
  return file === '' ? text : `${kind}=${relative(cwd, resolve(folder, file))}`
}
