import type { AwsAccess } from '../schemas/testbed.ts'
import { askEc2 } from './aws-clients.ts'

/** What an instance wrote to its console, as far as EC2 has it: cloud-init writes there what user data prints. Empty where there is nothing
 *  yet. Types of the Nitro system are asked for what it is now; of older ones EC2 has what it took down some minutes after the start.
 *  @throws TestbedError when EC2 does not answer, or refuses
 *  @see docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html: base64, the last 64 KB; `Latest` */
export async function readConsole(access: AwsAccess, region: string, instanceId: string, signal?: AbortSignal): Promise<string> {
  const { GetConsoleOutputCommand } = await import('@aws-sdk/client-ec2')
  const { Output = '' } = await askEc2(
    access,
    region,
    (ec2, options) =>
      ec2.send(new GetConsoleOutputCommand({ InstanceId: instanceId, Latest: true }), options).catch((error: unknown) => {
        if (!(error instanceof Error) || error.name !== 'UnsupportedOperation') throw error
        return ec2.send(new GetConsoleOutputCommand({ InstanceId: instanceId }), options)
      }),
    signal,
  )
  return Buffer.from(Output, 'base64').toString('utf8')
}
