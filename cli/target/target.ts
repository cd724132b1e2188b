import type { AwsAccess } from '../../schemas/testbed.ts'

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
  readonly failedMachine: () => Promise<{ readonly instanceId: string; readonly log: string } | undefined>
  /** Where the first SSH hop goes, when that is not the bastion's public address. */
  readonly bastionAt: (publicAddress: string) => Promise<{ readonly host: string; readonly port: number } | undefined>
}
