import { spawn } from 'node:child_process'
import { findProgram, searchFolders } from '../../system/find-program.ts'

/** What opens a file with the program that its owner likes for it, on the systems that have one. */
const openers = ['xdg-open', 'open', 'wslview']

/** Lets the browser of whoever sits here show a page. It goes on by itself. @returns false where no program for that is on PATH */
export function showInBrowser(path: string, environment: NodeJS.ProcessEnv): boolean {
  const folders = searchFolders(environment['PATH'] ?? '')
  const opener = openers.flatMap((name) => findProgram(name, folders) ?? [])[0]
  if (opener === undefined) return false
  const child = spawn(opener, [path], { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
  return true
}
