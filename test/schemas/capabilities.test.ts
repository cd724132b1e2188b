import t from 'tap'
import { stepKinds } from '../../runner/steps/index.ts'
import { allCapabilities, capabilitiesOf, declarableCapabilities } from '../../schemas/capabilities.ts'
import { schemaFile } from '../../schemas/validation/schema-file.ts'

t.test('capabilities follow from the target, and kinds of steps add theirs', (t) => {
  const can = { capabilities: { 'tea.make': { meaning: 'Tea can be made.', targets: ['hosts'] } } } as const
  t.same(capabilitiesOf({ target: 'lab' }, { tea: can }), ['lab'])
  t.same(capabilitiesOf({ target: 'aws' }, {}), ['aws', 'iam.real'])
  t.same(capabilitiesOf({ target: 'hosts' }, { tea: can, run: {} }), ['hosts', 'tea.make'])
  t.end()
})

t.test('a file of hosts may declare what cannot be told of its hosts, and nothing else', (t) => {
  t.same(capabilitiesOf({ target: 'hosts', capabilities: ['iam.real', 'aws'] }, {}), ['aws', 'hosts', 'iam.real'])
  const { properties } = schemaFile('hosts-file/hosts-file.schema.json') as unknown as HostsFileSchema
  t.same(properties.capabilities.items.enum, declarableCapabilities)
  t.end()
})

interface HostsFileSchema {
  readonly properties: { readonly capabilities: { readonly items: { readonly enum: readonly string[] } } }
}

t.test('the lab and AWS stop, start and reboot machines; hosts that were not raised have no switch', (t) => {
  for (const name of ['machine.stop', 'machine.start', 'machine.reboot']) {
    t.ok(capabilitiesOf({ target: 'lab' }, stepKinds).includes(name), name)
    t.ok(capabilitiesOf({ target: 'aws' }, stepKinds).includes(name), name)
    t.notOk(capabilitiesOf({ target: 'hosts' }, stepKinds).includes(name), name)
  }
  for (const { meaning } of Object.values(allCapabilities(stepKinds))) t.match(meaning, /^[A-Z].*\.$/)
  t.end()
})
