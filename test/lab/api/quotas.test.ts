import t from 'tap'
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas'
import { admin, startLabApi } from './lab-api.ts'

t.test('Service Quotas knows the processors that an account may run, and no quota that there is not', async (t) => {
  const lab = await startLabApi()
  t.teardown(() => lab.stop())
  const client = new ServiceQuotasClient({ region: 'eu-west-1', endpoint: lab.endpoint, credentials: admin, maxAttempts: 1 })
  t.teardown(() => client.destroy())
  const ask = async (QuotaCode: string) => client.send(new GetServiceQuotaCommand({ ServiceCode: 'ec2', QuotaCode }))
  const { Quota } = await ask('L-1216C47A')
  t.match(Quota, { Value: 640, QuotaName: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances', Adjustable: true })
  t.match((await ask('L-417A185B')).Quota, { QuotaName: 'Running On-Demand P instances' })
  await t.rejects(ask('L-00000000'), { name: 'NoSuchResourceException' })
})
