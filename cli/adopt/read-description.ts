import { inputError, TestbedError } from '../../schemas/failure.ts'
import { parseJson } from '../../schemas/json-text.ts'
import { groupNames, machineNames } from '../../schemas/roles/index.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import { mostBytes, readRegularFile } from '../../system/regular-file.ts'
import { resolveUserPath } from '../../system/user-path.ts'
import { readText } from '../files/load-files.ts'
import type { Adopted } from './adopted.ts'
import { adoptAnsible } from './from-ansible.ts'
import { adoptSshConfig } from './from-ssh-config.ts'
import type { SshWorld } from './from-ssh-config.ts'
import { adoptTerraform } from './from-terraform.ts'
import { guessSource, sources } from './guess-source.ts'
import type { Source } from './guess-source.ts'

/** Which hosts to take, from what. */
export interface Description {
  /** A file, or `-` for the standard input. */
  readonly from: string
  /** Patterns of the names of an OpenSSH configuration; all when empty. */
  readonly wanted: readonly string[]
  /** What it is; guessed when undefined. */
  readonly source: string | undefined
  readonly cwd: string
  readonly signal: AbortSignal
}

/** Reads a description of hosts. Nothing of them is contacted.
 *  @throws InputError when it cannot be read, or is nothing that is known; TestbedError when OpenSSH does not take it */
export async function readDescription({ from, wanted, source, cwd, signal }: Description): Promise<Adopted> {
  const path = resolveUserPath(from, cwd)
  const text =
    from === '-'
      ? await readStandardInput()
      : readText(path, cwd, 'name an OpenSSH configuration, an inventory, or what terraform output -json printed')
  const kind = chooseSource(source, text, from)
  if (kind === 'ansible') return adoptAnsible(text, machineNames)
  if (kind === 'ssh') return await adoptSshConfig(text, opensshOn(from === '-' ? '/dev/stdin' : path, signal), wanted)
  try {
    return adoptTerraform(parseJson(text), groupNames)
  } catch (error) {
    throw inputError({ code: 'bad-json', message: `${from}: ${(error as Error).message}`, hint: 'give what terraform output -json prints' })
  }
}

function chooseSource(given: string | undefined, text: string, from: string): Source {
  const kind = given ?? guessSource(text)
  const known = sources.find((source) => source === kind)
  if (known !== undefined && !(known === 'ssh' && from === '-')) return known
  const expected = sources.join(', ')
  if (known === 'ssh')
    throw inputError({ code: 'unknown-source', message: 'an OpenSSH configuration has to be a file', hint: 'OpenSSH itself reads it' })
  if (given !== undefined)
    throw inputError({ code: 'unknown-source', message: `--from ${given} is not known`, expected, hint: didYouMean(given, sources) })
  throw inputError({
    code: 'unknown-source',
    message: `${from} looks like nothing that hosts are described in`,
    expected,
    hint: 'say what it is: --from',
  })
}

function opensshOn(config: string, signal: AbortSignal): SshWorld {
  return {
    async resolve(name) {
      const { $ } = await import('zx')
      const { stdout, stderr, exitCode } = await $({ nothrow: true, quiet: true, signal })`ssh -G -F ${config} -- ${name}`
      if (exitCode === 0) return stdout
      throw new TestbedError(`OpenSSH does not take ${config}: ${stderr.trim()}`, { hint: `ssh -G -F ${config} ${name} says the same` })
    },
    async included(pattern) {
      const { glob } = await import('zx')
      // Of a person's own configuration, names without a folder are seen from ~/.ssh.
      const whole = resolveUserPath(pattern, resolveUserPath('~/.ssh', '/'))
      const files = await glob(whole, { dot: true }).catch((): string[] => [])
      return files.toSorted().map((file) => readRegularFile(file, mostBytes.text).toString('utf8'))
    },
  }
}

async function readStandardInput(): Promise<string> {
  const { text } = await import('node:stream/consumers')
  return await text(process.stdin)
}
