import type { Testbed } from '../../schemas/testbed.ts'
import type { Machine } from '../hops/machine.ts'
import { StepError } from '../step-error.ts'
import type { Clock } from '../time/clock.ts'
import type { AwsPlace } from '../aws/ask-aws.ts'

/** A machine to which something is done. */
export interface FaultTarget {
  readonly machine: Machine
  readonly testbed: Testbed
  readonly clock: Clock
  /** Waits until something is so, looking again and again. @throws StepError `timeout` when the time is over before */
  wait(what: string, signal: AbortSignal, isReached: () => Promise<boolean>): Promise<void>
}

/** The id of the target's instance. @throws StepError when it is no instance */
export function instanceOf({ machine, testbed }: FaultTarget): string {
  const host = testbed.hosts.find(({ name }) => name === machine.name)
  if (host !== undefined && testbed.target !== 'hosts') return host.instanceId
  throw new StepError('no-host', `${machine.name} is no instance of a testbed that was raised`, {
    hint: 'name a machine of a testbed that was raised',
  })
}

/** Where and as whom EC2 is asked about the target. */
export function placeOf({ testbed: { api, region } }: FaultTarget, signal: AbortSignal): Omit<AwsPlace, 'limitBytes'> {
  return { api, region, signal }
}

/** The control socket of the region in which the target stands. @throws StepError when the testbed does not name it */
export function socketOf({ testbed }: FaultTarget): string {
  if (testbed.api.controlSocket !== undefined) return testbed.api.controlSocket
  throw new StepError('lacks-capability', `the testbed ${testbed.name} was raised by a titus-bed whose lab could not do it`, {
    hint: 'raise it anew: titus-bed destroy, titus-bed apply',
  })
}
