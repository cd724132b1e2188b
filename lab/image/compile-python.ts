import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
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
export const compilePython = async (
  tree: string,
  system: readonly string[],
  { signal }: { readonly signal: AbortSignal },
): Promise<boolean> => {
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
