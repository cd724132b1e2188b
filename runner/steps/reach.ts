import { setMaxListeners } from 'node:events'
import { durationPattern, parseDuration } from '../../schemas/duration.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { StepError } from '../step-error.ts'
import { renderGrid, tableFlaws } from './grid.ts'
import type { StepKind } from './kind.ts'
import { originSchema } from './origin-schema.ts'
import { describeWhy, isUntested, probeCell } from './reach-cell.ts'
import type { CellFound } from './reach-cell.ts'

/** How long a cell waits where the step does not say. */
const cellTimeoutMs = 3000
/** What is left of the time of a step for telling what its cells came to, in milliseconds. */
const tellingMs = 250

interface ReachParams {
  readonly from: readonly string[] | JsonObject
  readonly to: Readonly<Record<string, string>>
  readonly expect: Readonly<Record<string, Readonly<Record<string, string | number>>>>
  readonly timeout?: string
}

/** Who gets through to what. */
export const reach: StepKind = {
  summary: 'A grid of reachability: from hosts to ports or URLs, all cells at once.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['from', 'to', 'expect'],
    description: 'From where, to what, and what each cell must be.',
    properties: {
      from: {
        description: 'The sources: a list of hosts or groups, or names for origins such as `{ agent: …, container: … }`.',
        anyOf: [
          { type: 'array', minItems: 1, items: { type: 'string', format: 'host' }, description: 'hosts' },
          { type: 'object', minProperties: 1, additionalProperties: originSchema, description: 'names for origins' },
        ],
      },
      to: {
        type: 'object',
        minProperties: 1,
        additionalProperties: {
          type: 'string',
          pattern: '^(https?://[^/]|.+:\\d{1,5}$)',
          description: '`address:port`, or a URL to be answered; in place of the address the name of a machine',
        },
        description: 'The targets: a name for each `address:port` or URL.',
      },
      expect: {
        type: 'object',
        minProperties: 1,
        description:
          'For each source and target: `open`, `closed` (`refused` or `filtered` to be exact), or the HTTP status that a URL answers with.',
        additionalProperties: {
          type: 'object',
          additionalProperties: {
            anyOf: [
              { enum: ['open', 'closed', 'refused', 'filtered'], description: 'what a connection comes to' },
              { type: 'integer', minimum: 100, maximum: 599, description: 'an HTTP status' },
            ],
          },
        },
      },
      timeout: {
        type: 'string',
        pattern: durationPattern,
        default: '3s',
        description: 'How long a cell waits; no answer until then is `filtered`.',
      },
    },
  },
  example: `
name: the bastion reaches the gateway by SSH alone
reach:
  from: [bastion, master]
  to: { ssh: '30.0.100.12:22', api: 'http://30.0.100.12:7001/api/v3/jobs' }
  expect:
    bastion: { ssh: open, api: closed }
    master: { ssh: open, api: 200 }`,
  host: 'none',
  implies: {},
  pollable: true,
  asserts: true,
  claimsIn: 'expect',
  results: {
    cells: 'What each cell came to, by source and target: `open`, `refused`, `filtered`, or the HTTP status.',
    grid: 'The same as a table to read.',
  },
  check(params) {
    const { from, to, expect } = (isObject(params) ? params : {}) as JsonObject
    return tableFlaws(expect, ['expect'], sourceNames(from), isObject(to) ? Object.keys(to) : undefined)
  },
  asks(params) {
    const { expect: _claims, ...asked } = params as JsonObject
    return asked
  },
  async run(context, params) {
    const { from, to, timeout } = params as unknown as ReachParams
    const sources: JsonObject = Array.isArray(from)
      ? Object.fromEntries((from as readonly string[]).map((name) => [name, name]))
      : (from as JsonObject)
    const timeoutMs = parseDuration(timeout ?? '') ?? cellTimeoutMs
    const budget = AbortSignal.timeout(Math.max(1, Math.floor(context.timeoutMs - tellingMs)))
    const signal = AbortSignal.any([context.signal, budget])
    setMaxListeners(0, signal)
    const probes = Object.entries(sources).flatMap(([source, origin]) =>
      Object.entries(to).flatMap(([target, address]) =>
        context.machinesAt(origin).map((machine) => ({ source, target, machine, address })),
      ),
    )
    const cells = await Promise.all(
      probes.map(async ({ source, target, machine, address }) => ({
        source,
        target,
        machine: machine.name,
        address,
        found: await probeCell(machine, address, context.testbed, { timeoutMs, signal }),
      })),
    )
    return { sources: Object.keys(sources), cells } as unknown as JsonObject
  },
  async judge(context, params, found) {
    const { to, expect } = params as unknown as ReachParams
    const { sources, cells } = found as unknown as Looked
    const grid = renderGrid(sources, Object.keys(to), (source, target) =>
      cells
        .filter((cell) => cell.source === source && cell.target === target)
        .map(({ found }) => String(found.status ?? found.state))
        .join(' '),
    )
    for (const { source, target, machine, address, found } of cells) {
      const wanted = expect[source]?.[target] ?? ''
      if (isUntested(found, wanted)) continue
      const actual = found.status ?? found.state
      const passed = wanted === 'closed' ? found.state !== 'open' : wanted === 'open' ? found.state === 'open' : wanted === actual
      const subject = `${machine === source ? source : `${source} (${machine})`} -> ${target}`
      const explanation = passed ? '' : `${address}: expected ${wanted}, got ${String(actual)}${describeWhy(found, wanted)}`
      context.check({ subject, passed, implied: false, expected: wanted, actual, explanation })
    }
    const table = tabulate(
      cells.map(({ source, target, machine, found }) => ({
        row: machine === source ? source : `${source} (${machine})`,
        column: target,
        found,
      })),
    )
    const untested = cells.filter(({ source, target, found }) => isUntested(found, expect[source]?.[target] ?? ''))
    if (untested.length === 0) return { cells: table, grid }
    // That the time was over is told as such, by whoever set it.
    if (untested.some(({ found }) => found.isCutOff)) await context.clock.sleep(context.timeoutMs, context.signal)
    const why = untested.map(({ machine, target, found }) => `${machine} -> ${target}: ${found.detail ?? ''}`).join('\n')
    throw new StepError(untested.every(({ found }) => found.unreachable) ? 'connection' : 'untested', why, {
      result: { cells: table, grid },
    })
  },
}

/** What was looked at, by the names of sources, targets and machines. */
interface Looked {
  readonly sources: readonly string[]
  readonly cells: readonly {
    readonly source: string
    readonly target: string
    readonly machine: string
    readonly address: string
    readonly found: CellFound
  }[]
}

function tabulate(cells: readonly { readonly row: string; readonly column: string; readonly found: CellFound }[]): JsonObject {
  const table: Record<string, Record<string, Json>> = {}
  for (const { row, column, found } of cells) (table[row] ??= {})[column] = found.status ?? found.state
  return table
}

/** The names of the sources; undefined while an expression has still to give one. */
function sourceNames(from: Json | undefined): readonly string[] | undefined {
  if (isObject(from)) return Object.keys(from)
  if (!Array.isArray(from)) return undefined
  const names = from.filter((name) => typeof name === 'string')
  return names.length === from.length ? names : undefined
}
