import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** A link as `ip -json link` shows it. */
export interface KernelLink {
  readonly ifname: string
  readonly address?: string
  readonly mtu: number
}

const commandMs = 30_000
const pollMs = 100

/** Runs a program to its end with `input` on stdin. Returns what it printed; throws with its last words when it fails. */
export function runProgram(program: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: commandMs, killSignal: 'SIGKILL' })
    let output = ''
    let errors = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output)
      else reject(new Error(`${program} ${args.join(' ')}: ${errors.trim() || `ended with ${signal ?? code}`}`))
    })
    child.stdin.on('error', () => undefined).end(input)
  })
}

/** Runs `ip` commands in one process; with `force` a failing one does not stop the rest and is no error. */
export async function runIpBatch(
  commands: readonly string[],
  options: { readonly namespace?: string; readonly force?: boolean } = {},
): Promise<void> {
  const inside = options.namespace === undefined ? [] : ['-netns', options.namespace]
  const run = runProgram('ip', [...inside, ...(options.force === true ? ['-force'] : []), '-batch', '-'], `${commands.join('\n')}\n`)
  await (options.force === true ? run.catch(() => '') : run)
}

/** Sets kernel parameters below /proc/sys/net/ipv4. */
export async function setKernelParameters(parameters: Readonly<Record<string, number>>): Promise<void> {
  for (const [name, value] of Object.entries(parameters)) await writeFile(`/proc/sys/net/ipv4/${name}`, String(value))
}

/** Keeps IPv6 off a link; without IPv6 in the kernel there is nothing to do. */
export async function disableIpv6(link: string): Promise<void> {
  await writeFile(`/proc/sys/net/ipv6/conf/${link}/disable_ipv6`, '1').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}

/**
 * Waits until the link of an attached interface is there: the one with its hardware address, or else the one named `eth<index>`.
 *
 * @throws Error with the links that are there when it does not come within `timeoutMs`
 */
export async function waitForLink(mac: string, deviceIndex: number, timeoutMs: number, signal: AbortSignal): Promise<KernelLink> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const links = JSON.parse(await runProgram('ip', ['-json', 'link'])) as KernelLink[]
    const link = links.find((one) => one.address?.toLowerCase() === mac) ?? links.find((one) => one.ifname === `eth${deviceIndex}`)
    if (link !== undefined) return link
    if (performance.now() > deadline) {
      throw new Error(
        `network interface ${deviceIndex} (${mac}) has not appeared in ${timeoutMs / 1_000} s; there are ${links.map((one) => one.ifname).join(', ')}`,
      )
    }
    await delay(pollMs, undefined, { signal })
  }
}
