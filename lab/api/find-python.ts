import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TestbedError } from '../../schemas/failure.ts'
import { ancestors } from '../../system/ancestors.ts'
import { searchFolders } from '../../system/find-program.ts'
import { runProgram } from '../run-program.ts'

const probe = 'import sys, moto, flask; print(sys.executable)'

/**
 * Finds a Python that has moto with its server: the project's own virtual environment (`.venv`), the interpreter of the
 * `moto_server` on PATH, then `python3` on PATH.
 * @returns the interpreter's absolute path
 * @throws  TestbedError when there is none; its hint says how to get one
 */
export async function findPython(path: string = process.env['PATH'] ?? ''): Promise<string> {
  for (const candidate of candidates(path)) {
    try {
      const executable = await runProgram([candidate, '-c', probe], { deadlineMs: 30_000, env: { ...process.env, PATH: path } })
      return executable.trim()
    } catch {
      // This Python is not there, or has no moto: the next one is tried.
    }
  }
  throw new TestbedError('no Python with moto was found: the lab takes its AWS API from it', {
    hint: "python3 -m venv .venv && .venv/bin/pip install 'moto[server]==5.2.1'",
  })
}

function candidates(path: string): readonly string[] {
  return [
    ...ancestors(dirname(fileURLToPath(import.meta.url))).map((folder) => join(folder, '.venv', 'bin', 'python3')),
    ...searchFolders(path).flatMap((folder) => interpreterOf(join(folder, 'moto_server'))),
    'python3',
  ]
}

/** The interpreter on the first line of a script; nothing where that is no Python (a version manager's shim is a shell script). */
function interpreterOf(script: string): readonly string[] {
  if (!existsSync(script)) return []
  const interpreter = /^#!\s*(\S*python\S*)/.exec(readFileSync(script, 'utf8'))?.[1]
  return interpreter === undefined ? [] : [interpreter]
}
