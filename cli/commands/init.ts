import { existsSync, statSync } from 'node:fs'
import { cp, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { InputError } from '../../schemas/failure.ts'
import { inputError } from '../../schemas/failure.ts'
import type { CommandDefinition } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { productRoot } from '../product/folders.ts'

/** `titus-bed init`: the shipped cluster.yaml and scenarios, to be changed at will, and the schemas that editors check them by. Overwrites nothing. */
export const command: CommandDefinition = {
  arguments: [{ name: '[folder]', description: 'where to write (default: here)' }],
  examples: [
    ['titus-bed init', 'in this folder'],
    ['titus-bed init my-testbed', 'in a new one'],
  ],
  async run({ arguments: [folder = '.'], terminal, cwd }) {
    const target = resolve(cwd, folder)
    const files = await shippedFiles()
    const [taken, ...others] = files.filter((file) => existsSync(join(target, file)))
    if (taken !== undefined) throw refusal(`${join(folder, taken)} exists already${others.length > 0 ? `, and ${others.length} more` : ''}`)
    if (existsSync(target) && !statSync(target).isDirectory()) throw refusal(`${folder} is a file`)
    for (const file of files) {
      await cp(join(productRoot(), file), join(target, file), { force: false, errorOnExist: true })
      terminal.out(join(folder, file))
    }
    terminal.err(`next: ${folder === '.' ? '' : `cd ${folder} && `}titus-bed apply`)
    return exitCodes.passed
  },
}

/** What a testbed starts from, relative to the product's root: the schemas are for editors, which find them by the files' first lines. */
async function shippedFiles(): Promise<readonly string[]> {
  const scenarios = await readdir(join(productRoot(), 'scenarios'), { recursive: true })
  return [
    'cluster.yaml',
    ...scenarios
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => join('scenarios', name))
      .toSorted(),
    ...['cluster', 'scenario', 'step-file'].map((name) => `schemas/${name}.schema.json`),
  ]
}

function refusal(message: string): InputError {
  return inputError({ code: 'file-exists', message, hint: 'init overwrites nothing: choose another folder' })
}
