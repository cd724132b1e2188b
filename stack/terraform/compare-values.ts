import { isDeepStrictEqual } from 'node:util'
import type { Json, JsonObject } from '../../schemas/json.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { parseDocuments } from './json-documents.ts'
import { pairElements } from './pair-elements.ts'
import type { PlannedChange } from './plan-document.ts'
import { isMarked, isSecret } from './secret-values.ts'

/** A value of a plan, as far as it may be shown. `unknown` is known once it is applied. */
export type ShownValue = 'absent' | 'hidden' | 'unknown' | { readonly value: Json }

/** An attribute that is not as it was. */
export interface AttributeChange {
  /** `root_block_device[0].volume_size`. */
  readonly path: string
  readonly before: ShownValue
  readonly after: ShownValue
  /** Whether the resource has to be made anew for it. */
  readonly forces: boolean
}

type Step = string | number

/** One place of a resource: its value on both sides, and Terraform's marks. */
interface Place {
  readonly path: readonly Step[]
  readonly before: Json | undefined
  readonly after: Json | undefined
  readonly unknown: Json | undefined
  readonly sensitive: readonly [before: Json | undefined, after: Json | undefined]
}

/** Every attribute that differs, down to single values and lists of them, also in texts that are JSON, such as policies; in the order of the
 *  document. */
export function compareValues(change: PlannedChange): readonly AttributeChange[] {
  const forced = change.replace_paths ?? []
  const forces = (path: readonly Step[]) =>
    forced.some((steps) => steps.every((step, index) => index >= path.length || String(step) === String(path[index])))
  const sensitive = [change.before_sensitive, change.after_sensitive] as const
  const places = differing({ path: [], before: change.before, after: change.after, unknown: change.after_unknown, sensitive })
  return places.map((place) => ({ path: pathText(place.path), ...shown(place), forces: forces(place.path) }))
}

function differing(place: Place): readonly Place[] {
  const { before, after, unknown } = place
  if (isDeepStrictEqual(orAbsent(before), orAbsent(after)) && !isMarked(unknown)) return []
  if (unknown === true || hides(place)) return [place]
  const sides = [before, after, unknown].filter((side) => side !== undefined && side !== null && side !== false)
  if (sides.length > 0 && sides.every(isObject)) {
    const keys = new Set(sides.flatMap((side) => Object.keys(side)))
    return [...keys].flatMap((key) => differing(within(place, key, key)))
  }
  if (sides.every(Array.isArray) && sides.flat().some((element) => isObject(element))) {
    const pairs = pairElements(listOf(before), listOf(after), listOf(unknown))
    return pairs.flatMap(([left, right]) => differing(within(place, left, right)))
  }
  const documents = parseDocuments(before, after)
  const inside = documents === undefined ? [] : differing({ ...place, ...documents })
  return inside.length > 0 ? inside : [place]
}

/** The part of a place that is at one step before, and at another after. */
function within({ path, before, after, unknown, sensitive }: Place, left: Step | undefined, right: Step | undefined): Place {
  return {
    path: [...path, right ?? left ?? 0],
    before: partOf(before, left),
    after: partOf(after, right),
    unknown: partOf(unknown, right),
    sensitive: [partOf(sensitive[0], left), partOf(sensitive[1], right)],
  }
}

/** What is marked as a whole is marked in each part. */
function partOf(value: Json | undefined, step: Step | undefined): Json | undefined {
  if (value === true) return true
  if (step === undefined || value === null || typeof value !== 'object') return undefined
  return Object.hasOwn(value, step) ? (value as JsonObject)[String(step)] : undefined
}

function shown(place: Place): Pick<AttributeChange, 'before' | 'after'> {
  const hidden = hides(place) || place.sensitive.some(isMarked)
  const show = (value: Json | undefined): ShownValue => {
    const present = orAbsent(value)
    return present === undefined ? 'absent' : hidden ? 'hidden' : { value: present }
  }
  return { before: show(place.before), after: isMarked(place.unknown) ? 'unknown' : show(place.after) }
}

function hides({ path, before, after, sensitive }: Place): boolean {
  const name = String(path.findLast((step) => typeof step === 'string') ?? '')
  return isSecret(before, sensitive[0], name) || isSecret(after, sensitive[1], name)
}

/** Terraform writes what is not there in several ways. */
function orAbsent(value: Json | undefined): Json | undefined {
  if (value === null || value === undefined) return undefined
  return typeof value === 'object' && Object.keys(value).length === 0 ? undefined : value
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

/** Names that are no words of Terraform's, such as those of tags, stand in quotes. */
function pathText(path: readonly Step[]): string {
  const texts = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`
    return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`
  })
  return texts.join('').replace(/^\./, '')
}
