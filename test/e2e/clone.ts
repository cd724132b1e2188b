import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './product.ts'

/** Makes a clone as a person would get it if all that stands in this folder were committed, with the packages that set-up would install, and
 *  without what set-up links to the program. */
export function makeClone(folder: string): string {
  execFileSync('git', ['clone', '--quiet', root, folder])
  for (const list of [
    ['diff', '--name-only', '-z', 'HEAD'],
    ['ls-files', '-z', '--others', '--exclude-standard'],
  ]) {
    const names = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\0')
    for (const name of names.filter((each) => each !== '')) {
      if (existsSync(join(root, name))) cpSync(join(root, name), join(folder, name), { verbatimSymlinks: true })
      else rmSync(join(folder, name), { force: true })
    }
  }
  // What tools keep for themselves in .cache is not installed, and comes and goes while other tests run.
  const copyAll = 'mkdir "$2" && find "$1" -mindepth 1 -maxdepth 1 ! -name .cache -exec cp -al -t "$2" {} +'
  execFileSync('sh', ['-c', copyAll, 'sh', join(root, 'node_modules'), join(folder, 'node_modules')])
  // The list of what is installed has to be newer than what is wanted, and is this clone's own file.
  const list = join(folder, 'node_modules/.package-lock.json')
  execFileSync('sh', ['-c', 'cp "$1" "$1.new" && mv "$1.new" "$1"', 'sh', list])
  rmSync(join(folder, 'node_modules/.bin/titus-bed'), { force: true })
  return folder
}

/** The environment of a person who has just opened a terminal: nothing of the npm that runs the tests, which would find this project's own
 *  program. Undefined: not set. */
export function freshTerminal(): Readonly<Record<string, string | undefined>> {
  const ofNpm = Object.keys(process.env).filter((name) => name.startsWith('npm_'))
  const path = (process.env['PATH'] ?? '')
    .split(':')
    .filter((folder) => !folder.endsWith('node_modules/.bin') && !folder.includes('/node-gyp-bin'))
  return { ...Object.fromEntries(ofNpm.map((name) => [name, undefined])), PATH: path.join(':') }
}
