import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { runProgram } from '../run-program.ts'
import { idMap, networkNamespaceFile, userNamespaceFile } from '../fence.ts'

const deadlineMs = 20_000

/**
 * Makes a machine's user namespace and a network namespace that belongs to it: root in the machine has power over the latter, and over
 * nothing of this computer. Both are held by files, so that they outlive reboots.
 * @see user_namespaces(7), namespaces(7)
 */
export async function addMachineNamespaces(name: string): Promise<void> {
  const holder = spawn('unshare', ['--user', '--net', 'sh', '-c', 'echo; read _'], { stdio: ['pipe', 'pipe', 'pipe'], timeout: deadlineMs })
  const said: Buffer[] = []
  holder.stderr.on('data', (data: Buffer) => said.push(data))
  try {
    await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit').then(() => refuse(name, Buffer.concat(said).toString()))])
    for (const map of ['uid_map', 'gid_map']) writeFileSync(`/proc/${holder.pid}/${map}`, idMap)
    await hold(`/proc/${holder.pid}/ns/user`, userNamespaceFile(name))
    await hold(`/proc/${holder.pid}/ns/net`, networkNamespaceFile(name))
  } finally {
    holder.stdin.end('\n')
  }
}

/** Lets go of both; the kernel removes them with their last process. */
export async function removeMachineNamespaces(name: string): Promise<void> {
  for (const file of [networkNamespaceFile(name), userNamespaceFile(name)]) {
    await runProgram(['umount', '--lazy', file])
    rmSync(file)
  }
}

async function hold(namespace: string, file: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '', { flag: 'wx' })
  await runProgram(['mount', '--bind', namespace, file])
}

function refuse(name: string, said: string): never {
  throw new Error(`the namespaces of ${name} cannot be made: ${said.trim() || 'unshare ended'}`)
}
