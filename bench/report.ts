import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { quantile } from './figure.ts'
import type { Figure } from './figure.ts'

/** The computer that was measured, as it was before the first measurement. */
export interface Computer {
  readonly cores: number
  readonly processor: string
  readonly memoryGiB: number
  /** Runnable processes, averaged over 1, 5 and 15 minutes. */
  readonly load: readonly number[]
  readonly node: string
}

/** Looks at this computer. */
export function describeComputer(): Computer {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    load: loadavg().map((value) => Math.round(value * 100) / 100),
    node: process.version,
  }
}

/** Samples from which on a 95th percentile says something. */
const enoughForTail = 20

/** The figures as a table for a person: medians, with the 95th percentile where there are samples enough for one. */
export function renderTable(computer: Computer, figures: readonly Figure[]): string {
  const { cores, processor, memoryGiB, load, node } = computer
  const head = `${cores} cores (${processor}), ${memoryGiB} GiB, Node.js ${node}; load average at the start: ${load.join(' ')}`
  const rows = [
    ['figure', 'cold', 'warm', 'how measured'],
    ...figures.map(({ name, cold, warm, unit, how }) => [name, cell(cold, unit), cell(warm, unit), how]),
  ]
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return [head, '', ...rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  '))].join('\n')
}

/** The same for a program: every sample in milliseconds, or in the unit of its figure. */
export function renderJson(computer: Computer, figures: readonly Figure[]): string {
  const rows = figures.map(({ name, cold, warm, unit, how }) =>
    unit === undefined
      ? { name, how, coldMs: summarise(cold), warmMs: summarise(warm) }
      : { name, how, unit, cold: summarise(cold), warm: summarise(warm) },
  )
  return JSON.stringify({ computer, figures: rows }, null, 2)
}

function summarise(samples: readonly number[]): { median: number; p95?: number; samples: readonly number[] } | null {
  if (samples.length === 0) return null
  const tail = samples.length < enoughForTail ? {} : { p95: round(quantile(samples, 0.95)) }
  return { median: round(quantile(samples, 0.5)), ...tail, samples: samples.map(round) }
}

function cell(samples: readonly number[], unit: Figure['unit']): string {
  if (samples.length === 0) return '-'
  const render = unit === undefined ? renderDuration : (value: number) => `${value.toFixed(unit === 'files' ? 0 : 1)} ${unit}`
  const tail = samples.length < enoughForTail ? '' : `, p95 ${render(quantile(samples, 0.95))}`
  const count = samples.length === 1 ? '' : ` (${samples.length}x)`
  return `${render(quantile(samples, 0.5))}${tail}${count}`
}

function renderDuration(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(1)} s`
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100
}
