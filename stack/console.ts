import type { EC2Client } from '@aws-sdk/client-ec2'
import { TestbedError } from '../schemas/failure.ts'
import type { AwsAccess } from '../schemas/testbed.ts'
import { askEc2 } from './aws-clients.ts'

/** How long one look may take, in milliseconds. */
const lookMs = 10_000

/** The instances whose type has no latest console: those are asked for what there is from then on. */
const withoutLatest = new Set<string>()

/** What an instance wrote to its console, as far as EC2 has it: cloud-init writes there what user data prints. Empty where there is nothing
 *  yet. Types of the Nitro system are asked for what it is now; of older ones EC2 has what it took down some minutes after the start.
 *  @throws TestbedError when EC2 does not answer within ten seconds, or refuses
 *  @see docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html: base64, the last 64 KB; `Latest` */
export async function readConsole(access: AwsAccess, region: string, instanceId: string, signal?: AbortSignal): Promise<string> {
  const { GetConsoleOutputCommand } = await import('@aws-sdk/client-ec2')
  const deadline = AbortSignal.timeout(lookMs)
  const look = async (ec2: EC2Client, options: { readonly abortSignal?: AbortSignal }) => {
    const question = { InstanceId: instanceId }
    if (withoutLatest.has(instanceId)) return ec2.send(new GetConsoleOutputCommand(question), options)
    try {
      return await ec2.send(new GetConsoleOutputCommand({ ...question, Latest: true }), options)
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'UnsupportedOperation') throw error
      withoutLatest.add(instanceId)
      return ec2.send(new GetConsoleOutputCommand(question), options)
    }
  }
  try {
    const either = signal === undefined ? deadline : AbortSignal.any([deadline, signal])
    const { Output = '' } = await askEc2(access, region, look, either)
    return Buffer.from(Output, 'base64').toString('utf8')
  } catch (cause) {
    if (!deadline.aborted || signal?.aborted === true) throw cause
    throw new TestbedError(`${access.endpoint ?? 'AWS'} has not told within ${lookMs / 1000} s what ${instanceId} wrote to its console`, {
      hint: 'see whether EC2 answers: titus-bed status',
      cause,
    })
  }
}
