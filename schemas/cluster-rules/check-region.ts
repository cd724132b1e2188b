import type { ClusterCheck, ClusterFlaw } from './cluster-check.ts'
import { refusedPartition, regions, regionsAsOf } from '../partitions.ts'
import { didYouMean } from '../../system/nearest-name.ts'

/** The region is one that testbeds can stand in, and the zone is one of the region's own. */
export const checkRegion: ClusterCheck = ({ region, zone }) => [...checkName(region), ...checkZone(region, zone)]

function checkName(region: string): readonly ClusterFlaw[] {
  if (regions.includes(region)) return []
  const at = { path: ['region'], ofKey: false }
  const partition = refusedPartition(region)
  if (partition !== undefined) {
    const message = `region: ${region} belongs to ${partition}, where testbeds cannot stand`
    return [
      { code: 'unsupported-partition', ...at, message, expected: 'a region of the partition aws', hint: 'choose one, such as eu-west-1' },
    ]
  }
  const message = `region: there is no region ${region} (as of ${regionsAsOf})`
  return [{ code: 'unknown-region', ...at, message, expected: `one of ${regions.join(', ')}`, hint: didYouMean(region, regions) }]
}

/** Local zones and wavelength zones have longer names: what a testbed needs is not all there. */
function checkZone(region: string, zone: string | undefined): readonly ClusterFlaw[] {
  if (zone === undefined || (zone.startsWith(region) && /^[a-z]$/.test(zone.slice(region.length)))) return []
  const message = `zone: ${zone} is no availability zone of ${region}`
  const expected = `${region} and one letter, such as ${region}b`
  return [{ code: 'zone-outside-region', path: ['zone'], ofKey: false, needs: [['region']], message, expected }]
}
