import { setTimeout as delay } from 'node:timers/promises'
import { AwsError } from '../aws/query-api.ts'
import { findText } from '../aws/xml.ts'
import type { XmlElement } from '../aws/xml.ts'

/** A call of EC2. @throws AwsError when it refuses */
export type AskEc2 = (action: string, parameters: Record<string, string>) => Promise<XmlElement>

/** An interface that was made for an instance, and where it goes. */
export interface NewInterface {
  readonly id: string
  readonly instanceId: string
  readonly deviceIndex: number
}

/** How often, and how many milliseconds apart, EC2 is asked for what it refuses while an attachment changes. */
export interface Patience {
  readonly attempts: number
  readonly pauseMs: number
}

const usualPatience: Patience = { attempts: 60, pauseMs: 1000 }

/** What EC2 says of an interface that is on its way to an instance, or from it. */
const changing = /^(IncorrectState|InvalidAttachment|InvalidNetworkInterface\.InUse|InvalidParameterValue)/

/** Attaches an interface, so that it goes with its instance: one that outlives a terminated agent keeps its security groups and subnet from being
 *  deleted. An attachment takes its time, and EC2 refuses to change it until then. What could not be made so is detached and deleted.
 *  @throws AwsError as EC2 refused; Error that names the interface when it is left behind */
export async function attachInterface(
  ec2: AskEc2,
  { id, instanceId, deviceIndex }: NewInterface,
  patience: Patience = usualPatience,
): Promise<void> {
  let attachmentId: string | undefined
  try {
    const place = { NetworkInterfaceId: id, InstanceId: instanceId, DeviceIndex: String(deviceIndex) }
    attachmentId = findText(await ec2('AttachNetworkInterface', place), 'attachmentId')
    const attachment = { 'Attachment.AttachmentId': attachmentId ?? '', 'Attachment.DeleteOnTermination': 'true' }
    await settled(() => ec2('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: id, ...attachment }), patience)
  } catch (error) {
    await remove(ec2, id, attachmentId, patience).catch((cause: unknown) => {
      throw new Error(`${String(error)}; the network interface ${id} is left behind: ${String(cause)}`, { cause })
    })
    throw error
  }
}

async function remove(ec2: AskEc2, id: string, attachmentId: string | undefined, patience: Patience): Promise<void> {
  // One that is not attached, or not yet, can be deleted all the same, or says why not.
  if (attachmentId !== undefined) {
    const detach = () => ec2('DetachNetworkInterface', { AttachmentId: attachmentId, Force: 'true' })
    await settled(detach, { ...patience, attempts: Math.min(patience.attempts, 5) }).catch(() => undefined)
  }
  await settled(() => ec2('DeleteNetworkInterface', { NetworkInterfaceId: id }), patience)
}

async function settled(ask: () => Promise<unknown>, { attempts, pauseMs }: Patience): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await ask()
      return
    } catch (error) {
      if (attempt === attempts || !(error instanceof AwsError && changing.test(error.code))) throw error
      await delay(pauseMs)
    }
  }
}
