import { askEmulator } from './ask-emulator.ts'

/** Temporary credentials of the role of an instance. Times are ISO 8601, UTC. */
export interface InstanceCredentials {
  /** The role's name. */
  readonly role: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly token: string
  readonly lastUpdated: string
  readonly expiration: string
}

/**
 * Has the emulator make new credentials, six hours long, of the session `assumed-role/<role>/<instance id>`.
 * @throws EmulatorRefusal `NoInstanceProfile`, `InstanceProfileNotFound` (no role in it), `AssumeRoleUnauthorizedAccess`
 *         (the role does not trust EC2)
 */
export async function mintInstanceCredentials(internalSocket: string, instanceId: string): Promise<InstanceCredentials> {
  return (await askEmulator(
    internalSocket,
    'POST',
    `/instance-credentials/${encodeURIComponent(instanceId)}`,
  )) as unknown as InstanceCredentials
}
