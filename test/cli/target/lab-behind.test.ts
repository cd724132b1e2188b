import t from 'tap'
import { findLabBehind } from '../../../cli/target/lab-behind.ts'

t.test('an endpoint that is no loopback address, or that no lab has, is not a lab of this computer', async (t) => {
  for (const endpoint of [
    undefined,
    'https://ec2.eu-west-1.amazonaws.com',
    'http://127.0.0.1',
    'http://10.0.0.1:4566',
    'http://127.0.0.1:1',
  ])
    t.equal(await findLabBehind(endpoint), undefined, endpoint ?? 'none')
})
