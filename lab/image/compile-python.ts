import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { shell } from './shell.ts'

/**
 * Byte-compiles the Python code of a tree in place. Without it every start of `aws` would compile some hundred modules anew: a second or more.
 * Tells whether it could be done; nothing breaks when it cannot.
 *
 * @param tree    has code in usr/lib/python3*
 * @param system  trees that together, topmost first, are a system with the same Python interpreter
 */
export async function compilePython(
  tree: string,
  system: readonly string[],
  { signal }: { readonly signal: AbortSignal },
): Promise<boolean> {
  if (!existsSync(join(tree, 'usr/lib/python3'))) return true
  if (!system.some((layer) => existsSync(join(layer, 'usr/bin/python3')))) return false
  const mountPoint = await mkdtemp(join(tmpdir(), 'titus-bed-'))
  const script = fileURLToPath(new URL('./compile-python.sh', import.meta.url))
  const result = await shell({
    signal,
    nothrow: true,
  })`unshare --mount --propagation private sh ${script} ${system.join(':')} ${tree} ${mountPoint}`
  await rm(mountPoint, { recursive: true })
  signal.throwIfAborted()
  return result.exitCode === 0
}

/**
 * Takes over the byte-compiled code of a tree into another with the same packages, which saves compiling it again.
 * Only code whose source is the same file in both (size and time, which the package gives it) is taken.
 */
export async function copyCompiled(from: string, to: string): Promise<void> {
  const folder = join(from, 'usr/lib')
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.pyc') || !entry.parentPath.endsWith('__pycache__')) continue
    const compiled = join(entry.parentPath, entry.name)
    const source = join(entry.parentPath, '..', `${entry.name.split('.')[0] ?? ''}.py`)
    const target = join(to, compiled.slice(from.length))
    if (!(await isSameFile(source, join(to, source.slice(from.length))))) continue
    await mkdir(join(target, '..'), { recursive: true })
    await copyFile(compiled, target)
  }
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([one, other].map(async (path) => stat(path).catch(() => undefined)))
  return first !== undefined && second !== undefined && first.size === second.size && first.mtimeMs === second.mtimeMs
}
