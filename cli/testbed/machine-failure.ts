import { TestbedError } from '../../schemas/failure.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import type { FailedMachine } from '../target/target.ts'
import { lastWords } from './last-words.ts'

/** Tells that a machine failed, by the name that people know it by, and what it said last. */
export function machineFailure({ instanceId, log }: FailedMachine, { hosts }: Testbed): TestbedError {
  const name = hosts.find((host) => host.instanceId === instanceId)?.name ?? instanceId
  return new TestbedError(`the machine ${name} failed\n${lastWords(name, log)}`, { hint: 'titus-bed destroy, then titus-bed apply' })
}
