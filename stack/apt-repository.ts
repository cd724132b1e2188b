import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { AptRepository } from '../schemas/cluster.ts'
import { TestbedError } from '../schemas/failure.ts'
import type { DebianArchitecture } from '../schemas/images.ts'

const run = promisify(execFile)
const timeoutMs = 600_000

/** What is wanted of a repository. */
export interface RepositoryRequest {
  readonly repository: AptRepository
  /** The OpenPGP key that signs it, armoured or not. */
  readonly key: Buffer
  /** The names of packages. */
  readonly names: readonly string[]
  /** Of the machines that install them, whatever this computer is; packages for every architecture are theirs, too. */
  readonly architecture: DebianArchitecture
}

/**
 * Fetches the newest version of packages from an apt repository, by this computer's own apt with its proxies and credentials, but with nothing
 * else that it knows: no other repository, no other key, nothing installed. It is apt that checks the signature and the checksums.
 *
 * @param folder  an empty one, which then holds a .deb file for each name
 * @returns       why it did not work, in apt's words; undefined when it did
 * @throws        TestbedError where this computer has no apt
 * @see           sources.list(5), "signed-by"; apt-get(8), "download"
 */
export async function fetchFromRepository(
  { repository, key, names, architecture }: RepositoryRequest,
  folder: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const work = await mkdtemp(join(tmpdir(), 'titus-bed-apt-'))
  try {
    for (const name of ['lists/partial', 'cache/archives/partial', 'parts']) await mkdir(join(work, name), { recursive: true })
    // By the ending apt knows which of the two forms a key has.
    const keyring = join(work, key.subarray(0, 5).toString() === '-----' ? 'key.asc' : 'key.gpg')
    await writeFile(keyring, key)
    await writeFile(join(work, 'status'), '')
    await writeFile(join(work, 'sources.list'), renderSource(repository, keyring))
    const options = Object.entries(settingsIn(work, architecture)).flatMap(([name, value]) => ['-o', `${name}=${value}`])
    const failure = (await apt(folder, [...options, 'update'], signal)) ?? (await apt(folder, [...options, 'download', ...names], signal))
    if (failure === undefined) await dropEpochs(folder)
    return failure
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Runs apt-get in a folder. @returns why it did not work, in its own words; undefined when it did */
async function apt(folder: string, words: readonly string[], signal?: AbortSignal): Promise<string | undefined> {
  const env = { ...process.env, LC_ALL: 'C' }
  try {
    await run('apt-get', ['-q', ...words], { cwd: folder, env, timeout: timeoutMs, ...(signal && { signal }) })
    return undefined
  } catch (error) {
    signal?.throwIfAborted()
    return wordsOf(error)
  }
}

/** A line of sources.list. */
export function renderSource({ url, suite, components = [] }: AptRepository, keyring: string): string {
  return `${['deb', `[signed-by=${keyring}]`, url, suite, ...components].join(' ')}\n`
}

function settingsIn(work: string, architecture: DebianArchitecture): Readonly<Record<string, string>> {
  return {
    'Dir::Etc::sourcelist': join(work, 'sources.list'),
    'Dir::Etc::sourceparts': join(work, 'parts'),
    'Dir::Etc::preferences': '/dev/null',
    'Dir::Etc::preferencesparts': join(work, 'parts'),
    'Dir::State': work,
    'Dir::State::lists': join(work, 'lists'),
    'Dir::State::status': join(work, 'status'),
    'Dir::Cache': join(work, 'cache'),
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    'APT::Update::Error-Mode': 'any',
    'APT::Sandbox::User': 'root',
    'Acquire::AllowInsecureRepositories': 'false',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    'Debug::NoLocking': 'true',
  }
}

/** A colon of an epoch is written %3a in the name of a file, which is no name for an object of a bucket: the version in the package counts. */
async function dropEpochs(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const plain = name.replace(/_\d+%3a/, '_')
    if (plain === name) continue
    await copyFile(join(folder, name), join(folder, plain))
    await rm(join(folder, name))
  }
}

function wordsOf(error: unknown): string {
  const { code, stderr = '', message = '' } = error as { readonly code?: unknown; readonly stderr?: string; readonly message?: string }
  if (code === 'ENOENT')
    throw new TestbedError('this computer has no apt-get, which reads the repository of titus.packages.apt', {
      hint: 'run this on Debian or Ubuntu, or give the files: titus.packages.from and sha256',
    })
  const lines = stderr.split('\n').filter((line) => /^[EW]: /.test(line))
  return lines.length === 0 ? message : lines.map((line) => line.slice(3)).join('; ')
}
