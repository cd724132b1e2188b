import type { AwsAccess } from '../../schemas/testbed.ts'

/** A machine that failed, and what it said last. */
export interface FailedMachine {
  readonly instanceId: string
  readonly log: string
}

/** An AWS API to raise a testbed on, AWS's own or the lab's, and what depends on which it is. */
export interface Target {
  readonly access: AwsAccess
  readonly account: string
  /** Who we are there: an ARN. */
  readonly identity: string
  readonly zone: string
  /** `access.trustedCidr` with `auto` resolved to this computer's address as the target sees it. */
  readonly trustedCidr: string
  /** A machine that the target itself knows to have failed, with what it said last; undefined while all is well. */
  readonly failedMachine: () => Promise<FailedMachine | undefined>
  /** What a machine said last on its console and in its first boot, for when it cannot be asked itself. @throws TestbedError */
  readonly readConsole: (instanceId: string) => Promise<string>
  /** Where the first SSH hop goes, when that is not the bastion's public address. */
  readonly bastionAt: (publicAddress: string) => Promise<{ readonly host: string; readonly port: number } | undefined>
}
