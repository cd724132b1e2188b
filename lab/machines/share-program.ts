import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { reachableFolder } from '../fence.ts'
import { runProgram } from '../run-program.ts'

/**
 * Shows a program of this computer to the machines: it may lie in somebody's home, where the root of a user namespace cannot walk.
 * @returns where they reach it
 */
export async function shareProgram(program: string): Promise<string> {
  const shared = reachableFolder('node')
  await mkdir(dirname(shared), { recursive: true, mode: 0o755 })
  await writeFile(shared, '', { flag: 'wx' })
  await runProgram(['mount', '--bind', program, shared])
  return shared
}
