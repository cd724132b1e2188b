import { setTimeout as sleep } from 'node:timers/promises'
import { bootReportFile, parseBootReport } from '../../schemas/boot-report.ts'
import type { BootReport } from '../../schemas/boot-report.ts'
import { TestbedError } from '../../schemas/failure.ts'
import type { Host, Testbed } from '../../schemas/testbed.ts'
import { createHops } from '../../runner/hops/hops.ts'
import type { Hops } from '../../runner/hops/hops.ts'

/** What waiting acts through, and for how long. Milliseconds. */
export interface BootParts {
  readonly openHops: (testbed: Testbed) => Hops
  readonly deadlineMs: number
  readonly pollMs: number
}

const usualParts: BootParts = { openHops: createHops, deadlineMs: 900_000, pollMs: 250 }

/** Waits until the first-boot script of every machine has ended well. Fails early when one reports that it failed, or the target knows
 *  that one did, and after fifteen minutes with the last state seen of each.
 *  @throws TestbedError */
export async function waitForBoot(
  testbed: Testbed,
  failedMachine: () => Promise<{ readonly instanceId: string; readonly log: string } | undefined>,
  say: (line: string) => void,
  signal: AbortSignal,
  { openHops, deadlineMs, pollMs }: BootParts = usualParts,
): Promise<void> {
  const hops = openHops(testbed)
  const deadline = AbortSignal.timeout(deadlineMs)
  const limit = AbortSignal.any([signal, deadline])
  const states = new Map<string, string>(testbed.hosts.map(({ name }) => [name, 'not reached']))
  const told = () => say(`boot: ${[...states].map(([name, state]) => `${name} ${state}`).join(', ')}`)
  told()
  const failing = new AbortController()
  const done = new AbortController()
  const watching = watchTarget(testbed, failedMachine, AbortSignal.any([limit, done.signal])).catch((error: unknown) =>
    failing.abort(error),
  )
  try {
    await Promise.all(
      testbed.hosts.map(async (host) => {
        const tell = (state: string) => {
          if (states.get(host.name) === state || failing.signal.aborted) return
          states.set(host.name, state)
          told()
        }
        await waitForHost(hops, host, tell, pollMs, AbortSignal.any([limit, failing.signal])).catch((error: unknown) => {
          failing.abort(error)
          throw error
        })
      }),
    )
  } catch (caught) {
    const error = failing.signal.aborted ? (failing.signal.reason as unknown) : caught
    if (error instanceof TestbedError || !deadline.aborted || signal.aborted) throw error
    const last = [...states].map(([name, state]) => `${name}: ${state}`).join('; ')
    throw new TestbedError(`the machines were not ready within ${deadlineMs / 60_000} minutes (${last})`, {
      hint: 'titus-bed ssh HOST, then read /var/log/cloud-init-output.log',
      cause: error,
    })
  } finally {
    done.abort()
    await watching
    await hops.close()
  }
}

async function watchTarget(testbed: Testbed, failedMachine: Parameters<typeof waitForBoot>[1], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const failed = await failedMachine()
    if (failed !== undefined) {
      const name = testbed.hosts.find(({ instanceId }) => instanceId === failed.instanceId)?.name ?? failed.instanceId
      const last = failed.log.trimEnd().split('\n').slice(-15).join('\n')
      throw new TestbedError(`the machine ${name} failed:\n${last}`, { hint: 'titus-bed destroy, then titus-bed apply' })
    }
    await sleep(1000, undefined, { signal }).catch(() => undefined)
  }
}

async function waitForHost(hops: Hops, host: Host, tell: (state: string) => void, pollMs: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const report = await readReport(hops, host, signal)
    if (typeof report === 'string') tell(report)
    else {
      tell(report.state)
      if (report.state === 'ready') return
      if (report.state === 'failed') throw await bootFailure(hops, host, report, signal)
    }
    await sleep(pollMs, undefined, { signal })
  }
}

/** The report, or in a few words why there is none yet: a machine that boots refuses connections, or has not its own host key yet. */
async function readReport(hops: Hops, host: Host, signal: AbortSignal): Promise<BootReport | string> {
  try {
    const exit = await hops.machine(host.name).exec(['cat', bootReportFile], { timeoutMs: 10_000, signal })
    if (exit.exitCode !== 0) return 'up, first boot not begun'
    return parseBootReport(exit.stdout) ?? 'up, its report is half written'
  } catch {
    signal.throwIfAborted()
    return 'not reached'
  }
}

async function bootFailure(hops: Hops, host: Host, report: BootReport, signal: AbortSignal): Promise<TestbedError> {
  const log = await hops
    .machine(host.name)
    .exec(['tail', '-n', '15', '/var/log/cloud-init-output.log'], { timeoutMs: 10_000, signal })
    .then(({ stdout }) => stdout, String)
  return new TestbedError(`the first boot of ${host.name} failed in line ${report.line ?? '?'}: ${report.command ?? ''}\n${log}`, {
    hint: `titus-bed ssh ${host.name}, then read /var/log/cloud-init-output.log; or titus-bed destroy`,
  })
}
