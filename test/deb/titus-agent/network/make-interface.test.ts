import t from 'tap'
import { AwsError } from '../../../../deb/titus-agent/aws/query-api.ts'
import { parseXml } from '../../../../deb/titus-agent/aws/xml.ts'
import { makeInterface, tagsOfTestbed } from '../../../../deb/titus-agent/network/make-interface.ts'

const made = '<Response><networkInterface><networkInterfaceId>eni-1</networkInterfaceId></networkInterface></Response>'
const wanted = { SubnetId: 'subnet-1' }
const tags = { 'TagSpecification.1.Tag.1.Key': 'titus-bed:testbed' }

/** An EC2 that refuses what one of its rules is for, and keeps what it was asked. */
function worldOf(refuses: (parameters: Record<string, string>) => boolean, code = 'UnauthorizedOperation') {
  const asked: Record<string, string>[] = []
  const ec2 = async (_action: string, parameters: Record<string, string>) => {
    asked.push(parameters)
    if (refuses(parameters)) throw new AwsError(code, 'no', 403)
    return parseXml(made)
  }
  return { asked, ec2 }
}

t.test('an interface is made with its tags', async (t) => {
  const { asked, ec2 } = worldOf(() => false)
  t.equal(await makeInterface(ec2, wanted, tags), 'eni-1')
  t.same(asked, [{ ...wanted, ...tags }])
})

t.test('one whose maker may not tag is made without', async (t) => {
  const { asked, ec2 } = worldOf((parameters) => 'TagSpecification.1.Tag.1.Key' in parameters)
  t.equal(await makeInterface(ec2, wanted, tags), 'eni-1')
  t.same(asked, [{ ...wanted, ...tags }, wanted])
})

t.test('any other refusal is told as it is', async (t) => {
  await t.rejects(makeInterface(worldOf(() => true).ec2, wanted, {}), { code: 'UnauthorizedOperation' })
  await t.rejects(makeInterface(worldOf(() => true).ec2, wanted, tags), { code: 'UnauthorizedOperation' })
  const other = worldOf(() => true, 'InsufficientFreeAddressesInSubnet')
  await t.rejects(makeInterface(other.ec2, wanted, tags), { code: 'InsufficientFreeAddressesInSubnet' })
  t.equal(other.asked.length, 1)
})

t.test('the tag is that of the instance, and none where it has none or may not ask', async (t) => {
  const item = '<Response><tagSet><item><key>titus-bed:testbed</key><value>blue</value></item></tagSet></Response>'
  t.match(await tagsOfTestbed(async () => parseXml(item), 'i-1'), { 'TagSpecification.1.Tag.1.Value': 'blue' })
  t.same(await tagsOfTestbed(async () => parseXml('<Response><tagSet></tagSet></Response>'), 'i-1'), {})
  t.same(await tagsOfTestbed(worldOf(() => true).ec2, 'i-1'), {})
})
