import { basename, dirname, join, relative } from 'node:path'
import { shellWord } from '../../system/shell-quote.ts'
import { launcherRoot } from './folders.ts'

/** How this program was started, as far as it tells how to start it again. */
export interface Start {
  /** The program's own path, as the system gave it: a link in a folder of PATH, of npm, or the file itself. */
  readonly program: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder of the clone or of the installed package. */
  readonly root: string
}

/**
 * The words that start this program again from a folder, as the person who started it would type them: `titus-bed` where it is on PATH,
 * `npx titus-bed` where npx finds it, and else its file.
 *
 * @param folder  absolute
 */
export function typedAs({ program, env, root }: Start, folder: string): string {
  const onPath = (env['PATH'] ?? '').split(':').includes(dirname(program))
  const byNpx = env['npm_command'] === 'exec'
  if (onPath && !byNpx && basename(program) === 'titus-bed') return 'titus-bed'
  // The folders that npx looks in are those above the one where it is called.
  if (byNpx && !relative(root, folder).startsWith('..')) return 'npx titus-bed'
  const launcher = join(root, 'bin/titus-bed.cjs')
  return `node ${shellWord(launcher)}`
}

/** The words that start this very program again from a folder. @param folder  absolute @see {@link typedAs} */
export function typedHere(folder: string): string {
  return typedAs({ program: process.argv[1] ?? '', env: process.env, root: launcherRoot() }, folder)
}

/** A sentence with its commands as they are typed here: where npx started this program, `titus-bed` alone may be on no PATH. */
export function asTypedHere(sentence: string, here: string = typedHere(process.cwd())): string {
  return here === 'npx titus-bed' ? sentence.replaceAll(/(?<!npx |[\w./-])titus-bed (?=[a-z-])/g, `${here} `) : sentence
}
