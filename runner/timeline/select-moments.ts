import type { Moment } from './moment.ts'

/** Which moments of a timeline are asked for. */
export interface MomentQuery {
  readonly host?: string
  /** A unit, with or without its ending, or a program, container or task. */
  readonly unit?: string
  /** Milliseconds since the epoch. */
  readonly since?: number
  /** The name of a step, or a part of it: what happened from shortly before it began until shortly after it ended. */
  readonly around?: string
}

/** How far around a step is looked, in milliseconds. */
const marginMs = 10_000

/** The moments that are asked for; undefined when there is no such step. */
export function selectMoments(moments: readonly Moment[], { host, unit, since, around }: MomentQuery): readonly Moment[] | undefined {
  const stretch = around === undefined ? undefined : stretchOf(moments, around)
  if (around !== undefined && stretch === undefined) return undefined
  return moments.filter(
    (moment) =>
      (host === undefined || moment.host?.split(', ').includes(host) === true) &&
      (unit === undefined ||
        (moment.unit !== undefined && [moment.unit, bare(moment.unit)].some((name) => name === unit || name === bare(unit)))) &&
      (since === undefined || moment.at >= since) &&
      (stretch === undefined || (moment.at >= stretch.from && moment.at <= stretch.to)),
  )
}

/** The names of the steps of a timeline. */
export function stepsOf(moments: readonly Moment[]): readonly string[] {
  return [...new Set(moments.flatMap(({ step }) => step ?? []))]
}

function stretchOf(moments: readonly Moment[], wanted: string): { readonly from: number; readonly to: number } | undefined {
  const exact = moments.filter(({ step }) => step === wanted)
  const found = exact.length > 0 ? exact : moments.filter(({ step }) => step?.toLowerCase().includes(wanted.toLowerCase()) === true)
  const [first] = found
  const last = found.at(-1)
  return first === undefined || last === undefined ? undefined : { from: first.at - marginMs, to: last.at + marginMs }
}

function bare(unit: string): string {
  return unit.replace(/\.(service|socket|timer|mount|scope)$/, '')
}
