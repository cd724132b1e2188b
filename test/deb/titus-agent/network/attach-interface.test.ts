import t from 'tap'
import { AwsError } from '../../../../deb/titus-agent/aws/query-api.ts'
import { parseXml } from '../../../../deb/titus-agent/aws/xml.ts'
import { attachInterface } from '../../../../deb/titus-agent/network/attach-interface.ts'

const wanted = { id: 'eni-1', instanceId: 'i-1', deviceIndex: 1 }
const patience = { attempts: 4, pauseMs: 1 }

/** An EC2 that refuses these calls so often, with these codes, and keeps what it was asked. */
function worldOf(refusals: Readonly<Record<string, readonly [times: number, code: string]>>) {
  const asked: string[] = []
  const ec2 = async (action: string, parameters: Record<string, string>) => {
    asked.push(action)
    const [times, code] = refusals[action] ?? [0, '']
    if (asked.filter((one) => one === action).length <= times) throw new AwsError(code, 'no', 400)
    if (action === 'ModifyNetworkInterfaceAttribute' && parameters['Attachment.AttachmentId'] !== 'eni-attach-1')
      throw new Error('another attachment')
    return parseXml('<Response><attachmentId>eni-attach-1</attachmentId></Response>')
  }
  return { asked, ec2 }
}

t.test('an attachment that takes its time is asked until it can be changed', async (t) => {
  const { asked, ec2 } = worldOf({ ModifyNetworkInterfaceAttribute: [2, 'IncorrectState'] })
  await attachInterface(ec2, wanted, patience)
  t.same(asked, ['AttachNetworkInterface', ...Array.from({ length: 3 }, () => 'ModifyNetworkInterfaceAttribute')])
})

t.test('what was not attached is deleted, in the words of EC2', async (t) => {
  const { asked, ec2 } = worldOf({ AttachNetworkInterface: [9, 'AttachmentLimitExceeded'] })
  await t.rejects(attachInterface(ec2, wanted, patience), { name: 'AwsError', code: 'AttachmentLimitExceeded' })
  t.same(asked, ['AttachNetworkInterface', 'DeleteNetworkInterface'])
})

t.test('what would outlive its instance is detached and deleted, as soon as it is free', async (t) => {
  const { asked, ec2 } = worldOf({
    ModifyNetworkInterfaceAttribute: [9, 'UnauthorizedOperation'],
    DeleteNetworkInterface: [2, 'InvalidNetworkInterface.InUse'],
  })
  await t.rejects(attachInterface(ec2, wanted, patience), { code: 'UnauthorizedOperation' })
  const calls = ['AttachNetworkInterface', 'ModifyNetworkInterfaceAttribute', 'DetachNetworkInterface']
  t.same(asked, [...calls, ...Array.from({ length: 3 }, () => 'DeleteNetworkInterface')])
})

t.test('one that cannot be removed is named', async (t) => {
  const { ec2 } = worldOf({
    ModifyNetworkInterfaceAttribute: [9, 'IncorrectState'],
    DeleteNetworkInterface: [9, 'InvalidNetworkInterface.InUse'],
  })
  await t.rejects(attachInterface(ec2, wanted, patience), {
    message: /IncorrectState.*; the network interface eni-1 is left behind: .*InUse/,
  })
})
