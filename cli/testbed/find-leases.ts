import type { Lease } from '../../stack/lease.ts'
import type { TargetRecord } from '../target/target-record.ts'
import { hasEnded } from './lease.ts'

/** A testbed on AWS that is known here, with what is on record of it. */
export interface KnownTestbed {
  readonly name: string
  readonly record: TargetRecord
}

/** What is to be done about a lease. */
export type JudgedLease =
  /** Its state is here, and can be destroyed. */
  | { readonly kind: 'ended'; readonly lease: Lease }
  /** Another computer has its state. */
  | { readonly kind: 'elsewhere'; readonly lease: Lease }
  /** It goes on. */
  | { readonly kind: 'running'; readonly lease: Lease }
  /** Nothing says when it ends. */
  | { readonly kind: 'unreadable'; readonly lease: Lease }

/** Judges the leases that the VPCs of an account and region carry.
 *  @param isOurs  whether the state of a testbed that is known here has this very VPC */
export function judgeLeases(
  leases: readonly Lease[],
  known: readonly KnownTestbed[],
  isOurs: (name: string, vpcId: string) => boolean,
  place: { readonly account: string; readonly region: string },
  now: number,
): readonly JudgedLease[] {
  return leases.map((lease) => {
    if (Number.isNaN(Date.parse(lease.until))) return { kind: 'unreadable', lease }
    if (!hasEnded(lease.until, now)) return { kind: 'running', lease }
    const here = known.find(({ name }) => name === lease.testbed)?.record
    const same = here?.target === 'aws' && here.region === place.region && (here.account ?? place.account) === place.account
    return { kind: same && isOurs(lease.testbed, lease.vpcId) ? 'ended' : 'elsewhere', lease }
  })
}
