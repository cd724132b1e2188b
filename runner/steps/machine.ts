import { durationForm, durationPattern } from '../../schemas/duration.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { offsetPattern, orderFlaws, parseOrder, percentPattern, plainOperations, ratePattern } from '../faults/fault-params.ts'
import type { FaultTarget } from '../faults/fault-target.ts'
import type { Fault, FaultName } from '../faults/faults.ts'
import { machineCapabilities } from '../faults/operations.ts'
import type { Operation } from '../faults/operations.ts'
import { StepError } from '../step-error.ts'
import type { StepContext, StepKind } from './kind.ts'

/** The pause between two looks at a machine that is on its way up or down, in milliseconds. */
const lookEveryMs = 250

const duration = { type: 'string', pattern: durationPattern, patternErrorMessage: durationForm }
const percent = { type: 'string', pattern: percentPattern, patternErrorMessage: 'a share: 5%, 0.25%' }

/** Something is done to a machine, to see what survives it. */
export const machine: StepKind = {
  summary:
    'Stops, starts, reboots, crashes, freezes, isolates, slows, fills or skews the machine of `host:`, and waits until it is so. What is broken at the end is healed after `always`, the last first.',
  schema: {
    description: 'What is done: a word, or a mapping for what takes values.',
    anyOf: [
      { type: 'string', enum: [...plainOperations, 'slow', 'fill', 'skew'], description: 'what is done' },
      {
        type: 'object',
        description: 'one thing that is done, with its values',
        additionalProperties: false,
        minProperties: 1,
        maxProperties: 1,
        properties: {
          isolate: {
            description: 'Cuts the machine off from machines that are named, both ways; the word alone cuts it off from everything.',
            type: 'object',
            additionalProperties: false,
            required: ['from'],
            properties: {
              from: {
                description: 'The machines that it is cut off from.',
                type: 'array',
                minItems: 1,
                items: { description: 'A machine or a group.', type: 'string', format: 'host' },
              },
            },
          },
          slow: {
            description: 'Holds up what the machine sends, its SSH too.',
            type: 'object',
            additionalProperties: false,
            minProperties: 1,
            properties: {
              delay: { ...duration, description: 'For how long each packet is held.' },
              jitter: { ...duration, description: 'By how much the delay varies, either way.' },
              loss: { ...percent, description: 'The share of packets that get lost.' },
              rate: {
                type: 'string',
                pattern: ratePattern,
                patternErrorMessage: 'a rate: 64kbit, 1mbit, 1gbit',
                description: 'How much it sends in a second at most.',
              },
            },
          },
          fill: {
            description: 'Fills a disk up to a share, by a file that takes room.',
            type: 'object',
            additionalProperties: false,
            required: ['disk'],
            properties: {
              disk: { ...percent, description: 'How full it is then, as df(1) says.' },
              path: {
                type: 'string',
                pattern: '^/',
                patternErrorMessage: 'an absolute path',
                default: '/',
                description: 'A folder of the disk.',
              },
            },
          },
          skew: {
            description: 'Sets the clock wrong, and stops what would set it right.',
            type: 'object',
            additionalProperties: false,
            required: ['clock'],
            properties: {
              clock: {
                type: 'string',
                pattern: offsetPattern,
                patternErrorMessage: 'a duration with its sign and unit: +90s, -5m',
                description: 'By how much it is ahead (+) or behind (-).',
              },
            },
          },
        },
      },
    ],
  },
  example: `
name: an agent sends slowly
host: agents[0]
machine: { slow: { delay: 100ms, jitter: 10ms, loss: 0.5% } }
timeout: 1m
expect: { ready: { lt: 30 } }`,
  changes: (params) => `${wordOf(params)} of a machine`,
  capabilities: machineCapabilities,
  needs(params) {
    const name = `machine.${wordOf(params)}`
    if (machineCapabilities[name] === undefined) return []
    return [name, ...(isObject(params) && params['isolate'] !== undefined ? ['machine.partition'] : [])]
  },
  host: 'required',
  implies: {},
  asserts: true,
  results: {
    ready: 'Seconds until it was so: down, up and answering over SSH, frozen, cut off.',
    downMs: 'Milliseconds from the last answer before a reboot to the first one after it; null for what else is done.',
    bytes: 'Bytes that `fill` took of the disk; null for what else is done.',
    host: 'The name of the machine.',
  },
  check: orderFlaws,
  async run(context, params) {
    const { operation, values } = parseOrder(params)
    const startedMs = context.clock.elapsed()
    const found = await carryOut(context, operation, values)
    const ready = Math.round(context.clock.elapsed() - startedMs) / 1000
    return { ready, downMs: null, bytes: null, ...found }
  },
  // That it was waited for until it was so is the claim.
  async judge({ check }, params, found) {
    const { operation } = parseOrder(params)
    const is = states[operation]
    check({ subject: operation, passed: true, implied: true, expected: is, actual: is, explanation: '' })
    return found
  },
}

/** The word for what is done, as far as it is fixed. */
function wordOf(params: Json): string {
  return isObject(params) ? Object.keys(params).join(', ') : typeof params === 'string' ? params : 'change'
}

/** What a machine is when it has been done. */
const states: Readonly<Record<Operation, string>> = {
  stop: 'down',
  start: 'up',
  reboot: 'up again',
  crash: 'down',
  freeze: 'frozen',
  thaw: 'up',
  isolate: 'cut off',
  heal: 'whole',
  slow: 'slow',
  fill: 'full',
  skew: 'wrong',
}

async function carryOut(context: StepContext, operation: Operation, values: JsonObject): Promise<JsonObject> {
  const { signal } = context
  const target = targetOf(context)
  const [power, { faults, healAll }] = await Promise.all([import('../faults/power.ts'), import('../faults/faults.ts')])
  const { name } = context.machine
  const heals = (kind: string) => context.healed(`${kind} of ${name}`)
  const breaks = async (kind: FaultName, fault: Fault): Promise<JsonObject> => {
    context.broken(`${kind} of ${name}`, { name: `${fault.cure} ${name}`, heal: (until) => fault.heal(target, until) })
    return fault.inflict(target, values, signal)
  }
  switch (operation) {
    case 'stop':
    case 'crash':
      context.broken(`power of ${name}`, { name: `start ${name}`, heal: (until) => power.restorePower(target, until) })
      await (operation === 'stop' ? power.stopMachine(target, signal) : power.crashMachine(target, signal))
      return {}
    case 'start':
      await power.startMachine(target, signal)
      heals('power')
      return {}
    case 'reboot':
      return { downMs: await power.rebootMachine(target, signal) }
    case 'thaw':
      await faults.freeze.heal(target, signal)
      heals('freeze')
      return {}
    case 'heal':
      await healAll(target, signal)
      for (const kind of ['power', ...Object.keys(faults)]) heals(kind)
      return {}
    case 'freeze':
    case 'isolate':
    case 'slow':
    case 'fill':
    case 'skew':
      return breaks(operation, faults[operation])
  }
}

function targetOf(context: StepContext): FaultTarget {
  const { machine: it, testbed, clock } = context
  return {
    machine: it,
    testbed,
    clock,
    async wait(what, signal, isReached) {
      const startedMs = clock.elapsed()
      const waited = `waiting for ${it.name} ${what}`
      for (let attempt = 1; !(await isReached()); attempt += 1) {
        if (signal.aborted) throw new StepError('timeout', waited.replace('waiting', 'waited'))
        context.progress(attempt, Math.round(clock.elapsed() - startedMs), waited)
        await clock.sleep(lookEveryMs, signal)
      }
    },
  }
}
