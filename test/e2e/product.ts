import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { labName } from '../../lab/bundle/lab-file.ts'

/** The project's root: the tests drive the built product in `dist/`. */
export const root = new URL('../..', import.meta.url).pathname

/** The files of the scenarios that are shipped. */
export const shippedScenarios: readonly string[] = readdirSync(join(root, 'scenarios')).filter((name) => name.endsWith('.yaml'))

interface Shipped {
  readonly tags?: readonly string[]
  readonly matrix?: readonly unknown[]
}

const shipped = shippedScenarios.map((name) => parse(readFileSync(join(root, 'scenarios', name), 'utf8')) as Shipped)

/** How many scenarios they are, each row one. */
function countOf(files: readonly Shipped[]): number {
  return files.reduce((sum, { matrix }) => sum + (matrix?.length ?? 1), 0)
}

/** How many scenarios are shipped. */
export const allScenarios = countOf(shipped)

/** How many scenarios a run has without those that break machines. */
export const harmlessScenarios = countOf(shipped.filter(({ tags }) => tags?.includes('faults') !== true))

/** How many scenarios the demo runs: those for a first look. */
export const firstScenarios = countOf(shipped.filter(({ tags }) => tags?.includes('smoke') === true))

/** What a run of all of them says on the shipped testbed, whose one agent is too few for agent-lost. */
export const allPassed = new RegExp(`scenarios: ${allScenarios - 1} passed, 1 skipped`)

/** What a program did. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly pid: number
  readonly ended: Promise<Ended>
  /** Resolves when the output so far matches; rejects when the program ends before that. */
  readonly says: (pattern: RegExp) => Promise<void>
}

/** Starts a program, its standard input closed. It is killed when it takes longer than `timeoutMs`. */
export function start(
  program: string,
  args: readonly string[],
  cwd: string,
  options: { readonly timeoutMs?: number; readonly env?: Readonly<Record<string, string | undefined>> } = {},
): Running {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, CI: 'true', ...options.env } })
  let stdout = ''
  let stderr = ''
  const watchers = new Set<() => void>()
  const told = () => watchers.forEach((watch) => watch())
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    told()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    told()
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 300_000)
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, stdout, stderr })
    })
  })
  const says = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const watch = () => {
        if (!pattern.test(stdout) && !pattern.test(stderr)) return
        watchers.delete(watch)
        resolve()
      }
      watchers.add(watch)
      watch()
      void ended.then((end) => reject(new Error(`ended (${end.code}) before saying ${String(pattern)}:\n${end.stdout}\n${end.stderr}`)))
    })
  return { pid: child.pid ?? -1, ended, says }
}

/** Runs `titus-bed` as built. */
export function titusBed(cwd: string, ...args: readonly string[]): Promise<Ended> {
  return startTitusBed(cwd, ...args).ended
}

/** Starts `titus-bed` as built. */
export function startTitusBed(cwd: string, ...args: readonly string[]): Running {
  return start(process.execPath, [join(root, 'bin/titus-bed.cjs'), ...args], cwd, { timeoutMs: 600_000 })
}

/** Starts `titus-bed`, kills it by SIGKILL as soon as its output matches, and resolves to how it ended. */
export async function killOnceItSays(cwd: string, at: RegExp, ...args: readonly string[]): Promise<Ended> {
  const running = startTitusBed(cwd, ...args)
  await running.says(at)
  process.kill(running.pid, 'SIGKILL')
  return running.ended
}

/** Runs any other program. */
export function run(cwd: string, program: string, ...args: readonly string[]): Promise<Ended> {
  return start(program, args, cwd).ended
}

/** A folder of its own for a test, removed by `remove`. */
export function freshFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'titus-bed-e2e-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** What the lab of the testbed `titus` below `folder` could leave on this computer: addresses, routes, namespaces, and its own mounts,
 *  volumes, cgroups and processes. Other labs may come and go meanwhile. */
export async function tracesOnComputer(folder: string): Promise<Readonly<Record<string, string>>> {
  const [addresses, routes, namespaces] = await Promise.all([
    run('/', 'ip', '-oneline', 'address'),
    run('/', 'ip', 'route'),
    run('/', 'ip', 'netns', 'list'),
  ])
  return {
    addresses: addresses.stdout.replaceAll(/valid_lft.*/g, ''),
    routes: routes.stdout,
    namespaces: namespaces.stdout,
    mounts: readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter((line) => line.includes(folder))
      .join('\n'),
    volumes: volumesBelow(folder).join('\n'),
    cgroups: cgroupsNamed(labName(join(realpathSync(folder), '.titus-bed/titus/lab'))).join('\n'),
    processes: processesNaming(folder).join('\n'),
  }
}

/** Files that loop devices hold, though they be removed. */
function volumesBelow(folder: string): string[] {
  return readdirSync('/sys/block')
    .filter((name) => name.startsWith('loop') && existsSync(`/sys/block/${name}/loop/backing_file`))
    .map((name) => readFileSync(`/sys/block/${name}/loop/backing_file`, 'utf8'))
    .filter((file) => file.includes(folder))
}

function cgroupsNamed(name: string): string[] {
  const found: string[] = []
  const walk = (folder: string, depth: number) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue
      const path = join(folder, entry.name)
      if (entry.name.includes(name)) found.push(path)
      else if (depth < 4) walk(path, depth + 1)
    }
  }
  walk('/sys/fs/cgroup', 0)
  return found
}

function processesNaming(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return command.includes(folder) ? [`${pid} ${command}`] : []
      } catch {
        return []
      }
    })
}
