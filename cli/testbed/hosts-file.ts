import { userInfo } from 'node:os'
import { basename, dirname, resolve } from 'node:path'
import { InputError } from '../../schemas/failure.ts'
import { loadHostsFile } from '../../schemas/hosts-file/load-hosts-file.ts'
import type { HostsFileWorld } from '../../schemas/hosts-file/load-hosts-file.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { readText } from '../files/load-files.ts'
import { mostBytes, readRegularFile } from '../../system/regular-file.ts'
import { resolveUserPath } from '../../system/user-path.ts'

/** What a file of hosts at a path depends on: the user, the folder that it lies in, the files that it names. */
function hostsFileWorld(path: string): HostsFileWorld {
  return {
    name:
      basename(path)
        .replace(/\.ya?ml$/, '')
        .replaceAll(/[^A-Za-z0-9-]+/g, '-')
        .replace(/^-+/, '') || 'hosts',
    user: userInfo().username,
    pathOf: (written) => resolveUserPath(written, dirname(path)),
    readText(file) {
      try {
        return readRegularFile(file, mostBytes.text).toString('utf8')
      } catch {
        return undefined
      }
    },
  }
}

/** What is wrong with a file of hosts, and the testbed when nothing is. @param text  what stands in it */
export function checkHostsFile(
  text: string,
  file: string,
  cwd: string,
): { readonly testbed?: Testbed; readonly problems: readonly Problem[] } {
  return loadHostsFile(text, file, hostsFileWorld(resolve(cwd, file)))
}

/** The testbed that a file of hosts describes. @throws InputError with every problem of the file */
export function readHostsFile(file: string, cwd: string): Testbed {
  const { testbed, problems } = checkHostsFile(readText(file, cwd, 'titus-bed adopt writes one'), file, cwd)
  if (testbed === undefined) throw new InputError(problems)
  return testbed
}
