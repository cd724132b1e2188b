import { InputError, TestbedError } from '../../schemas/failure.ts'
import type { Problem } from '../../schemas/problem.ts'
import { exitCodes } from '../exit-codes.ts'
import { asTypedHere } from '../product/typed-as.ts'
import type { Terminal } from './terminal.ts'

/** Tells a person what went wrong, and gives the exit code for it. What nobody foresaw is our defect and keeps its stack. */
export async function tellFailure(error: unknown, terminal: Terminal, aborted: boolean): Promise<number> {
  if (error instanceof InputError) {
    await tellProblems(error.problems, terminal)
    return exitCodes.usage
  }
  if (aborted) {
    terminal.err(`interrupted: ${error instanceof Error ? firstLine(error.message) : String(error)}`)
    return exitCodes.interrupted
  }
  if (error instanceof TestbedError && error.problems.length > 0) {
    await tellProblems(error.problems, terminal)
    return exitCodes.testbed
  }
  if (error instanceof TestbedError) {
    const { wrapText } = await import('../../system/wrap-text.ts')
    const sentence = (text: string): void => terminal.err(wrapText(text, terminal.errColumns(), '    '))
    sentence(`${terminal.colour.red('error:')} ${error.message}`)
    if (error.hint !== undefined) sentence(`  ${terminal.colour.dim('do:')} ${asTypedHere(error.hint)}`)
    return exitCodes.testbed
  }
  const { code = '', syscall } = (error ?? {}) as NodeJS.ErrnoException
  // No folder can be made in /proc, which says that there is none.
  const cure = code === 'ENOENT' && syscall === 'mkdir' ? diskCures['EROFS'] : diskCures[code]
  if (cure !== undefined) return tellFailure(new TestbedError((error as Error).message, { hint: cure }), terminal, aborted)
  terminal.err('This is a defect of titus-bed, not of your files. Please report it with these lines:')
  terminal.err(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return exitCodes.defect
}

/** What to do when a file cannot be read or written, by the code of the system's error. */
const diskCures: Readonly<Record<string, string>> = {
  ENOSPC: 'free space on the disk, and type the command again',
  EDQUOT: 'free space in your quota, and type the command again',
  ENAMETOOLONG: 'work in a folder whose path is shorter',
  EMFILE: 'let this program have more files open: ulimit -n 4096',
  ENFILE: 'end other programs: the computer has too many files open',
  EIO: 'the disk has a fault: work in a folder on another one',
  EROFS: 'work in a folder that can be written',
  EISDIR: 'a folder stands where titus-bed keeps a file: remove it, and type the command again',
  ENOTDIR: 'a file stands where titus-bed keeps a folder: remove it, and type the command again',
  EEXIST: 'a file stands where titus-bed keeps a folder: remove it, and type the command again',
  EACCES: 'run titus-bed as the user who owns the file (with sudo, if it was made with sudo)',
  EPERM: 'run titus-bed as the user who owns the file (with sudo, if it was made with sudo)',
}

/** Shows problems of input files, each with its place and excerpt. */
export async function tellProblems(problems: readonly Problem[], terminal: Terminal): Promise<void> {
  if (problems.length === 0) return
  const [{ renderProblem }, { mostBytes, readRegularFile }] = await Promise.all([
    import('../../schemas/render-problem.ts'),
    import('../../system/regular-file.ts'),
  ])
  const read = (file: string): string => {
    try {
      return readRegularFile(file, mostBytes.text).toString('utf8')
    } catch {
      return ''
    }
  }
  const files = [...new Set(problems.flatMap(({ place }) => place?.file ?? []))]
  const texts = new Map(files.map((file) => [file, read(file)]))
  for (const { hint, ...problem } of problems) {
    const told = { ...problem, hint: hint === undefined ? undefined : asTypedHere(hint) }
    terminal.err(renderProblem(told, texts.get(problem.place?.file ?? ''), terminal.colour, terminal.errColumns()))
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
