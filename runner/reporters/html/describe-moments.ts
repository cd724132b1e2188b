import type { Moment } from '../../timeline/moment.ts'
import { machineKinds } from './page-data.ts'
import type { PageMoment, PageScenario } from './page-data.ts'

/** The most moments of machines that a page has, and the most of the text of one, in characters. */
const [mostMoments, longest] = [1500, 300]

/** What machines tell, near what failed first where it is a lot: steps have their own place in the page. */
export function describeMoments(moments: readonly Moment[], scenarios: readonly PageScenario[], startedAt: number): readonly PageMoment[] {
  const ofMachines = moments.flatMap(({ at, kind, host, unit, text }): readonly PageMoment[] => {
    if (host === undefined || !isOfMachine(kind)) return []
    const named = unit === undefined || kind === 'journal' || kind === 'console' ? text : `${unit}: ${text}`
    return [{ startMs: Math.round((at - startedAt) * 1000) / 1000, kind, host, text: named.slice(0, longest) }]
  })
  if (ofMachines.length <= mostMoments) return ofMachines
  const red = scenarios.flatMap(({ steps }) => steps).find(({ standing }) => standing === 'failed' || standing === 'errored')
  const middle = red === undefined ? 0 : red.startMs + red.durationMs
  const far = ({ startMs, kind }: PageMoment) => Math.abs(startMs - middle) / (kind === 'journal' || kind === 'console' ? 1 : 100)
  const nearest = new Set(ofMachines.toSorted((a, b) => far(a) - far(b)).slice(0, mostMoments))
  return ofMachines.filter((moment) => nearest.has(moment))
}

function isOfMachine(kind: Moment['kind']): kind is PageMoment['kind'] {
  return (machineKinds as readonly string[]).includes(kind)
}
