import { existsSync, statSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { loadCluster } from '../../schemas/cluster-rules/load-cluster.ts'
import type { InputError } from '../../schemas/failure.ts'
import { inputError, TestbedError } from '../../schemas/failure.ts'
import { makeFolders } from '../../system/make-folders.ts'
import { shellWord } from '../../system/shell-quote.ts'
import { textOption } from '../command.ts'
import type { CommandDefinition } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { productRoot } from '../product/folders.ts'
import { typedHere } from '../product/typed-as.ts'

/** `titus-bed init`: the shipped cluster.yaml and scenarios, to be changed at will, and the schemas that editors check them by. Overwrites nothing. */
export const command: CommandDefinition = {
  arguments: [{ name: '[folder]', description: 'where to write (default: here)' }],
  options: [{ flags: '--name <name>', description: 'the name of the testbed: account-wide names then carry it (default: titus)' }],
  examples: [
    ['titus-bed init', 'in this folder'],
    ['titus-bed init my-testbed', 'in a new one'],
    ['titus-bed init blue --name blue', 'for a second testbed beside the first'],
  ],
  async run(invocation) {
    const { terminal, cwd, signal } = invocation
    const [folder = '.'] = invocation.arguments
    const target = resolve(cwd, folder)
    const cluster = nameCluster(await readFile(join(productRoot(), 'cluster.yaml'), 'utf8'), textOption(invocation, 'name'))
    const files = await shippedFiles()
    const [taken, ...others] = files.filter((file) => existsSync(join(target, file)))
    if (taken !== undefined) throw refusal(`${join(folder, taken)} exists already${others.length > 0 ? `, and ${others.length} more` : ''}`)
    if (existsSync(target) && !statSync(target).isDirectory()) throw refusal(`${folder} is a file`)
    const texts = await Promise.all(
      files.map(async (file) => (file === 'cluster.yaml' ? cluster : await readFile(join(productRoot(), file), 'utf8'))),
    )
    for (const [index, file] of files.entries()) {
      try {
        signal.throwIfAborted()
        await writeNew(join(target, file), texts[index] ?? '')
      } catch (error) {
        // What is half written would be in the way of the next attempt; what somebody else wrote just now is theirs.
        const own = files.slice(0, (error as NodeJS.ErrnoException).code === 'EEXIST' ? index : index + 1)
        await Promise.all(own.map((name) => rm(join(target, name), { force: true }).catch(() => undefined)))
        signal.throwIfAborted()
        const hint = 'free space, or choose a folder that you may write to: titus-bed init FOLDER'
        throw new TestbedError(`${join(folder, file)} cannot be written: ${(error as Error).message}`, { cause: error, hint })
      }
    }
    for (const file of files) terminal.out(join(folder, file))
    const asRoot = process.getuid?.() === 0 ? '' : 'sudo -E env "PATH=$PATH" '
    terminal.err(`next: ${folder === '.' ? '' : `cd ${shellWord(folder)} && `}${asRoot}${typedHere(target)} apply`)
    return exitCodes.passed
  },
}

/** The shipped cluster file with another name. @throws InputError when it cannot be one */
function nameCluster(text: string, name: string | undefined): string {
  if (name === undefined) return text
  const named = text.replace(/^name: .*$/m, `name: ${JSON.stringify(name)}`)
  const { problems } = loadCluster(named, 'cluster.yaml')
  const [problem] = problems.filter(({ severity }) => severity === 'error')
  if (problem === undefined) return named
  throw inputError({ code: 'bad-usage', message: `--name ${name}: ${problem.message}`, expected: problem.expected, hint: problem.hint })
}

async function writeNew(path: string, text: string): Promise<void> {
  makeFolders(dirname(path))
  await writeFile(path, text, { flag: 'wx' })
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
    ...['cluster', 'scenario', 'step-file', 'project'].map((name) => `schemas/${name}.schema.json`),
  ]
}

function refusal(message: string): InputError {
  return inputError({ code: 'file-exists', message, hint: 'init overwrites nothing: choose another folder' })
}
