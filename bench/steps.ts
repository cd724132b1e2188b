import { spawn } from 'node:child_process'
import { appendFile, copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createHops } from '../runner/hops/hops.ts'
import type { Testbed } from '../schemas/testbed.ts'
import type { Workspace } from '../stack/workspace.ts'
import { time } from './figure.ts'
import type { Bench, Figure } from './figure.ts'

const commands = 200
const host = 'gateway'
const timeoutMs = 30_000

/** One command after the other on the gateway through the bastion: titus-bed's hops, and plain OpenSSH with a shared connection, in turns,
 *  so that whatever else the computer does meets both. */
export async function measureSteps({ folder, say, signal }: Bench, workspace: Workspace, testbed: Testbed): Promise<readonly Figure[]> {
  const config = await writeSharingConfig(folder, workspace.sshConfig)
  const hops = createHops(testbed)
  const viaHops = async () => {
    const exit = await hops.machine(host).exec(['true'], { timeoutMs, signal })
    if (exit.exitCode !== 0) throw new Error(`true on ${host} over the hops: ${exit.ended} ${exit.exitCode ?? ''} ${exit.stderr}`)
  }
  const viaOpenSsh = () => openSsh(['-F', config, host, 'true'], signal)
  try {
    say(`steps: ${commands} commands each way`)
    const [hopsCold, openSshCold] = [await time(viaHops), await time(viaOpenSsh)]
    const [hopsWarm, openSshWarm]: [number[], number[]] = [[], []]
    for (let count = 0; count < commands; count += 1) {
      // Whoever is second would meet a machine that has just woken up
      if (count % 2 === 0) hopsWarm.push(await time(viaHops))
      openSshWarm.push(await time(viaOpenSsh))
      if (count % 2 === 1) hopsWarm.push(await time(viaHops))
    }
    const how = `\`true\` on the ${host} through the bastion; cold: connecting too; both ways in turns`
    return [
      { name: 'step, titus-bed', cold: [hopsCold], warm: hopsWarm, how },
      { name: 'step, OpenSSH', cold: [openSshCold], warm: openSshWarm, how: 'the same with ssh, ProxyJump and ControlMaster' },
    ]
  } finally {
    await hops.close()
    await endSharing(config)
  }
}

/** Titus-bed's own configuration for OpenSSH, and in addition a shared connection to the host: the jump has its own for as long. */
export async function writeSharingConfig(folder: string, from: string): Promise<string> {
  const sockets = join(folder, 'mux')
  await mkdir(sockets, { recursive: true, mode: 0o700 })
  const config = join(sockets, 'config')
  await copyFile(from, config)
  await appendFile(config, `\nHost *\n  ControlMaster auto\n  ControlPersist 60\n  ControlPath "${sockets}/%C"\n`)
  return config
}

/** Ends the shared connections to the host and to the jump. Neither may be up, as when the first connection failed. */
export async function endSharing(config: string): Promise<void> {
  const never = new AbortController().signal
  for (const name of [host, 'bastion']) await openSsh(['-F', config, '-O', 'exit', name], never).catch(() => undefined)
}

/** Waits for the exit alone: the shared connection stays in the background, and would hold pipes open. */
function openSsh(args: readonly string[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const child = spawn('ssh', args, { stdio: 'ignore', timeout: timeoutMs, signal })
    child.once('error', reject)
    child.once('exit', (code, killedBy) =>
      code === 0 ? resolve() : reject(new Error(`ssh ${args.join(' ')} ended with ${code ?? killedBy}`)),
    )
  })
}
