import type { Flaw } from '../../schemas/flaw.ts'
import { countOf } from '../../system/count-of.ts'
import type { Offers } from './offers.ts'
import type { WantedType } from './wanted-types.ts'

/** A zone that is given already: written in cluster.yaml, or that of a testbed that stands. */
export interface GivenZone {
  readonly name: string
  readonly by: 'file' | 'record'
}

/** The availability zone of everything: the one that is given, else the first by name that is open and has every type.
 *  @returns `zone` is undefined when there is none; `flaws` says why, and what is not to be had in the zone that is given */
export function chooseZone(
  region: string,
  wanted: readonly WantedType[],
  { zones, zonesOf }: Pick<Offers, 'zones' | 'zonesOf'>,
  given?: GivenZone,
): { readonly zone?: string; readonly flaws: readonly Flaw[] } {
  const notInRegion = wanted.filter(({ type }) => !zonesOf.has(type)).map((each) => notOffered(each, region))
  const offered = wanted.filter(({ type }) => zonesOf.has(type))
  if (given !== undefined)
    return { zone: given.name, flaws: [...checkGiven(region, zones, given), ...notInRegion, ...missingIn(given, offered, zonesOf)] }
  const zone = zones.find((candidate) => offered.every(({ type }) => zonesOf.get(type)?.includes(candidate)))
  if (zone !== undefined) return { zone, flaws: notInRegion }
  if (zones.length === 0) return { flaws: notInRegion }
  const where = [...new Set(offered.map(({ type }) => `${type} in ${zonesOf.get(type)?.join(', ')}`))].join('; ')
  const message = `no open zone of ${region} has every instance type of the file: ${where}`
  const hint = 'choose types that one zone has, or another region'
  return { flaws: [...notInRegion, { code: 'instance-type-not-offered', path: ['region'], ofKey: false, message, hint }] }
}

// A zone that a testbed stands in may be impaired just now: that is no reason to move it.
function checkGiven(region: string, zones: readonly string[], { name, by }: GivenZone): readonly Flaw[] {
  if (by === 'record' || zones.includes(name)) return []
  const message = `zone: ${name} is not open to this account`
  const expected = zones.length === 0 ? `a zone of ${region}` : `one of ${zones.join(', ')}`
  return [{ code: 'zone-not-open', path: ['zone'], ofKey: false, message, expected, hint: 'leave the zone out to have one chosen' }]
}

function missingIn({ name, by }: GivenZone, offered: readonly WantedType[], zonesOf: Offers['zonesOf']): readonly Flaw[] {
  return offered
    .filter(({ type }) => zonesOf.get(type)?.includes(name) !== true)
    .map((each) => {
      const others = zonesOf.get(each.type) ?? []
      const moved = by === 'file' ? `write zone: ${others[0]}` : 'titus-bed destroy, then titus-bed apply chooses a zone anew'
      return notOffered(each, by === 'file' ? name : `${name}, where the testbed stands`, {
        expected: `a type that the zone has; this one is in ${countOf(others.length, 'zone')}: ${others.join(', ')}`,
        hint: `choose another type, or ${moved}`,
      })
    })
}

function notOffered({ path, type }: WantedType, where: string, more: Pick<Flaw, 'expected' | 'hint'> = {}): Flaw {
  const message = `${path.join('.')}: AWS does not offer ${type} in ${where}`
  return { code: 'instance-type-not-offered', path, ofKey: false, message, hint: 'choose another type or region', ...more }
}
