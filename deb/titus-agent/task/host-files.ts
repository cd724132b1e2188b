import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { shellQuote } from '../../../system/shell-quote.ts'

/** Files and folders of one task on its host, and how the container sees them. */
export interface HostFiles {
  /** `host path:container path[:ro]`. */
  readonly binds: readonly string[]
}

/** Where a host keeps the files of its tasks. */
export interface HostFolders {
  /** One folder a task: its logs, its data. */
  readonly tasks: string
  /** Two files a task, its environment (titus-executor: /var/lib/titus-environments). */
  readonly environments: string
  /** One link a task, through which its log files are found: `<task>/logs/stdout` (titus-executor: /var/lib/titus-container-logs). */
  readonly logs: string
}

const caBundleInContainer = '/etc/ssl/certs/ca-certificates.crt'

/** Makes a task's /logs and /data, its resolver's configuration and the files of its environment. */
export async function writeHostFiles(
  folders: HostFolders,
  taskId: string,
  environment: Readonly<Record<string, string>>,
  hostCa: string | undefined,
): Promise<HostFiles> {
  const own = join(folders.tasks, taskId)
  await rm(own, { recursive: true, force: true })
  for (const name of ['logs', 'data']) {
    await mkdir(join(own, name), { recursive: true })
    // The image may run as any user, so that everybody can read the file, whatever the umask here.
    await chmod(join(own, name), 0o777)
  }
  for (const name of ['stdout', 'stderr']) {
    const path = join(logFolder(folders, taskId), name)
    await writeFile(path, '')
    await chmod(path, 0o666)
  }
  await mkdir(folders.logs, { recursive: true })
  await rm(join(folders.logs, taskId), { force: true })
  await symlink(own, join(folders.logs, taskId))
  await writeFile(join(own, 'resolv.conf'), await readResolver(), { mode: 0o644 })
  await mkdir(folders.environments, { recursive: true, mode: 0o711 })
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`)
  await writeFile(join(folders.environments, `${taskId}.env`), lines.join(''), { mode: 0o600 })
  await writeFile(join(folders.environments, `${taskId}.json`), JSON.stringify(environment), { mode: 0o600 })
  await writeFile(join(own, 'netflix_environment.sh'), renderProfile(environment), { mode: 0o644 })
  return {
    binds: [
      `${own}/logs:/logs`,
      `${own}/data:/data`,
      `${own}/resolv.conf:/etc/resolv.conf:ro`,
      `${own}/netflix_environment.sh:/etc/profile.d/netflix_environment.sh:ro`,
      ...(hostCa === undefined ? [] : [`${hostCa}:${caBundleInContainer}:ro`]),
    ],
  }
}

/** A task's /logs as its host sees it. */
export function logFolder({ tasks }: Pick<HostFolders, 'tasks'>, taskId: string): string {
  return join(tasks, taskId, 'logs')
}

/** Folders of the host that a task writes to. */
export function writtenFolders({ tasks }: Pick<HostFolders, 'tasks'>, taskId: string): readonly string[] {
  return [logFolder({ tasks }, taskId), join(tasks, taskId, 'data')]
}

/** Removes what `writeHostFiles` made, the logs and data among it. */
export async function removeHostFiles(folders: HostFolders, taskId: string): Promise<void> {
  await rm(join(folders.logs, taskId), { force: true })
  await rm(join(folders.tasks, taskId), { recursive: true, force: true })
  for (const ending of ['env', 'json']) await rm(join(folders.environments, `${taskId}.${ending}`), { force: true })
}

/** Renders `export NAME='value'` lines; names that a shell cannot hold are left out. */
export function renderProfile(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .filter(([name]) => /^[A-Za-z_]\w*$/.test(name))
    .map(([name, value]) => `export ${name}=${shellQuote(value)}\n`)
    .join('')
}

/** Path of the certificate bundle in a host's /etc/environment, if it sets one: only then do tasks get it too. */
export function findCaBundle(etcEnvironment: string): string | undefined {
  const [, value] = /^[ \t]*(?:export[ \t]+)?AWS_CA_BUNDLE=(.*)$/m.exec(etcEnvironment) ?? []
  const path = value?.trim().replace(/^(["'])(.*)\1$/, '$2')
  return path === undefined || path === '' ? undefined : path
}

/** The certificate bundle of this host, if /etc/environment names one. */
export async function loadCaBundle(): Promise<string | undefined> {
  return findCaBundle(await readFile('/etc/environment', 'utf8').catch(() => ''))
}

/** The host's resolver; where that is systemd's stub on loopback, the servers behind it. */
async function readResolver(): Promise<string> {
  const text = await readFile('/etc/resolv.conf', 'utf8')
  if (!/^nameserver\s+127\./m.test(text)) return text
  return readFile('/run/systemd/resolve/resolv.conf', 'utf8').catch(() => text)
}

/** Where a task sees the host's certificate bundle. */
export const containerCaBundle = caBundleInContainer
