import type { AccessKey } from '../api/index.ts'
import { fixedAddresses } from '../network/addresses.ts'

/**
 * Tells the API that an instance has switched itself off: it is stopped then, as EC2's default has it.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingInstanceInitiatedShutdownBehavior.html
 */
export async function stopInstance(instanceId: string, region: string, credentials: AccessKey): Promise<void> {
  // Powering off is rare enough to load the client only now.
  const { EC2Client, StopInstancesCommand } = await import('@aws-sdk/client-ec2')
  const client = new EC2Client({ region, credentials, endpoint: `http://${fixedAddresses.endpoints}` })
  try {
    await client.send(new StopInstancesCommand({ InstanceIds: [instanceId] }))
  } finally {
    client.destroy()
  }
}
