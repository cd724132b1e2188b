import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHops } from '../runner/hops/hops.ts'
import type { Testbed } from '../schemas/testbed.ts'

/** How long things took, in milliseconds. */
export interface Timing {
  readonly first: number
  readonly median: number
  readonly p90: number
}

/** The same command on the same machine, by the runner and by OpenSSH. */
export interface StepTime {
  readonly runner: Timing
  /** `ssh` with ControlMaster through ProxyJump: the connection to the machine is kept. */
  readonly openssh: Timing
}

/**
 * Measures what one step costs over the bastion: `true` on a machine, in turns by the runner and by OpenSSH with ControlMaster, so that
 * both see the same load.
 *
 * @param sshConfig  a file that `titus-bed ssh-config` wrote
 * @param rounds     commands of each; the first one, which connects, is told apart
 */
export async function measureStepTime(testbed: Testbed, host: string, sshConfig: string, rounds: number): Promise<StepTime> {
  const folder = await mkdtemp(join(tmpdir(), 'tb-'))
  const mux = ['-o', 'ControlMaster=auto', '-o', 'ControlPersist=60', '-o', `ControlPath=${join(folder, '%C')}`]
  const base = ['-F', sshConfig, ...mux]
  const hops = createHops(testbed)
  const signal = new AbortController().signal
  const byRunner = async () => void (await hops.machine(host).exec(['true'], { timeoutMs: 60_000, signal }))
  const byOpenssh = () => runSsh([...base, host, 'true'])
  try {
    const runner: number[] = []
    const openssh: number[] = []
    for (let round = 0; round <= rounds; round += 1) {
      runner.push(await time(byRunner))
      openssh.push(await time(byOpenssh))
    }
    return { runner: summarize(runner), openssh: summarize(openssh) }
  } finally {
    await hops.close()
    await runSsh([...base, '-O', 'exit', host]).catch(() => undefined)
    await rm(folder, { recursive: true, force: true })
  }
}

async function runSsh(argv: readonly string[]): Promise<void> {
  const child = spawn('ssh', argv, { stdio: 'ignore' })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`ssh ${argv.slice(-2).join(' ')} ended with ${code}`)
}

async function time(act: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await act()
  return performance.now() - startedAt
}

function summarize([first = 0, ...rest]: readonly number[]): Timing {
  const sorted = rest.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10
  return { first: Math.round(first), median: at(0.5), p90: at(0.9) }
}
