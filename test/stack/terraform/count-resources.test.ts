import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { countResources, listsResource } from '../../../stack/terraform/count-resources.ts'

t.test('what a state still lists: each instance of a managed resource', (t) => {
  const folder = t.testdir()
  t.equal(countResources(folder), 0, 'no state')
  const state = join(folder, 'terraform.tfstate')
  const resources = [
    { mode: 'managed', type: 'aws_vpc', instances: [{ attributes: { id: 'vpc-1' } }, {}] },
    { mode: 'data', instances: [{}] },
    { mode: 'managed', instances: [{}] },
  ]
  writeFileSync(state, JSON.stringify({ version: 4, resources }))
  t.equal(countResources(folder), 3)
  t.equal(listsResource(folder, 'aws_vpc', 'vpc-1'), true)
  t.equal(listsResource(folder, 'aws_vpc', 'vpc-2'), false)
  t.equal(listsResource(folder, 'aws_subnet', 'vpc-1'), false)
  for (const text of ['', '{"version": 4, "resour', '[]', '{"resources": [null]}']) {
    writeFileSync(state, text)
    t.throws(() => countResources(folder), { name: 'TestbedError', message: /terraform\.tfstate is damaged/, hint: /backup/ }, text)
  }
  t.end()
})

t.test('a state that is no file is not taken for none', (t) => {
  const folder = t.testdir()
  mkdirSync(join(folder, 'terraform.tfstate'))
  t.throws(() => countResources(folder), { name: 'TestbedError', message: /terraform\.tfstate is a folder/ })
  t.end()
})
