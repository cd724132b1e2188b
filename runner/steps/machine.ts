import type { Json } from '../../schemas/json.ts'
import type { PowerOperation } from '../aws/instance-power.ts'
import { ConnectionError } from '../hops/connection-error.ts'
import type { Machine } from '../hops/machine.ts'
import { StepError } from '../step-error.ts'
import type { StepContext, StepKind } from './kind.ts'

/** The pause between two looks at a machine that is on its way up or down, and how long one look may take, in milliseconds. */
const [lookEveryMs, lookMs] = [250, 5000]

/** A machine is switched off, on, or off and on. */
export const machine: StepKind = {
  summary:
    'Stops, starts or reboots the machine of `host:`, and waits until it is down, or up again. What is down at the end is started after `always`.',
  schema: {
    description: 'What is done: by EC2 on AWS, and in the lab by its own.',
    type: 'string',
    enum: ['stop', 'start', 'reboot'],
  },
  example: `
name: an agent reboots
host: agents[0]
machine: reboot
timeout: 3m
expect: { ready: { lt: 120 } }`,
  changes: (params) => (typeof params === 'string' ? `${params} of a machine` : undefined),
  capabilities: {
    'machine.stop': { meaning: 'A machine can be stopped.', targets: ['lab', 'aws'] },
    'machine.start': { meaning: 'A machine can be started.', targets: ['lab', 'aws'] },
    'machine.reboot': { meaning: 'A machine can be rebooted.', targets: ['lab', 'aws'] },
  },
  host: 'required',
  implies: {},
  asserts: true,
  results: {
    ready: 'Seconds until it was down, or up and answered over SSH.',
    downMs: 'Milliseconds from the last answer before a reboot to the first one after it; null for what else is done.',
    host: 'The name of the machine.',
  },
  async run(context, params) {
    const operation = params as PowerOperation
    const startedMs = context.clock.elapsed()
    const power = powerOf(context)
    const downMs = await power[operation](context.signal)
    const ready = Math.round(context.clock.elapsed() - startedMs) / 1000
    context.check({ subject: operation, passed: true, implied: true, expected: done[operation], actual: done[operation], explanation: '' })
    return { ready, downMs }
  },
}

const done = { stop: 'down', start: 'up', reboot: 'up again' } as const

type Power = Readonly<Record<PowerOperation, (signal: AbortSignal) => Promise<Json>>>

/** The power switch of the machine that a step acts on. */
function powerOf(context: StepContext): Power {
  const { machine: target, testbed, clock } = context
  const instanceId = testbed.hosts.find(({ name }) => name === target.name)?.instanceId
  if (instanceId === undefined || testbed.target === 'hosts')
    throw new StepError('no-host', `${target.name} has no power switch that titus-bed knows`, {
      hint: 'name a machine of a testbed that was raised',
    })
  const ask = async (operation: PowerOperation, signal: AbortSignal) =>
    (await import('../aws/instance-power.ts')).switchInstance(operation, instanceId, { api: testbed.api, region: testbed.region, signal })
  const look = async (signal: AbortSignal) =>
    (await import('../aws/instance-power.ts')).instanceState(instanceId, { api: testbed.api, region: testbed.region, signal })
  const wait = (what: string, signal: AbortSignal, isReached: () => Promise<boolean>) =>
    waitFor(context, `${target.name} ${what}`, signal, isReached)
  const key = `power of ${target.name}`
  const power: Power = {
    async stop(signal) {
      context.broken(key, { name: `start ${target.name}`, heal: async (until) => void (await power.start(until)) })
      await ask('stop', signal)
      await wait('to be down', signal, async () => (await look(signal)) === 'stopped')
      return null
    },
    async start(signal) {
      await ask('start', signal)
      await wait('to answer', signal, async () => (await bootOf(target, signal)) !== undefined)
      context.healed(key)
      return null
    },
    async reboot(signal) {
      const before = await bootOf(target, signal)
      if (before === undefined) throw new StepError('connection', `${target.name} does not answer, and so cannot be seen to reboot`)
      await ask('reboot', signal)
      let lastMs = clock.elapsed()
      await wait('to have booted anew', signal, async () => {
        const boot = await bootOf(target, signal)
        if (boot === before) lastMs = clock.elapsed()
        return boot !== undefined && boot !== before
      })
      return Math.round(clock.elapsed() - lastMs)
    },
  }
  return power
}

/** Looks until something is so. @throws StepError `timeout` when the time is over before */
async function waitFor(context: StepContext, what: string, signal: AbortSignal, isReached: () => Promise<boolean>): Promise<void> {
  const { clock } = context
  const startedMs = clock.elapsed()
  for (let attempt = 1; !(await isReached()); attempt += 1) {
    if (signal.aborted) throw new StepError('timeout', `waited for ${what}`)
    context.progress(attempt, Math.round(clock.elapsed() - startedMs), `waiting for ${what}`)
    await clock.sleep(lookEveryMs, signal)
  }
}

/** The id that the kernel gave to the boot of a machine; undefined while it does not answer. @throws ConnectionError when it is not the machine that it should be */
async function bootOf(target: Machine, signal: AbortSignal): Promise<string | undefined> {
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(lookMs)])
    const exit = await target.exec(['cat', '/proc/sys/kernel/random/boot_id'], { timeoutMs: lookMs, signal: limited })
    return exit.exitCode === 0 ? exit.stdout.trim() : undefined
  } catch (error) {
    if (error instanceof ConnectionError && ['connection', 'interrupted', 'login'].includes(error.code)) return undefined
    throw error
  }
}
