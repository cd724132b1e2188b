import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { serveControl } from '../../../lab/region/control.ts'
import type { FaultRequest } from '../../../lab/faults/fault-request.ts'
import { NoNetem } from '../../../lab/network/shape-link.ts'
import type { Instance, RegionState } from '../../../lab/region-state.ts'

const empty: Omit<RegionState, 'instances'> = {
  region: 'eu-west-1',
  account: '123456789012',
  vpcs: [],
  subnets: [],
  securityGroups: [],
  networkInterfaces: [],
  elasticAddresses: [],
}

function ask(
  socketPath: string,
  path: string,
  { method = 'GET', body = '' }: { readonly method?: string; readonly body?: string } = {},
): Promise<{ status: number | undefined; body: unknown }> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, method }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) }))
    })
      .on('error', reject)
      .end(body)
  })
}

t.test('instances are read when they are asked for, and without what is secret of them', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'control-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const socket = join(folder, 'region.sock')
  const known = {
    id: 'i-1',
    state: 'running',
    vpcId: 'vpc-1',
    privateAddress: '30.0.100.10',
    publicAddress: '192.0.2.7',
    launchedAt: '2026-01-01',
    tags: { Name: 'a' },
  }
  let read = 0
  const readRegion = async (): Promise<RegionState> => {
    read += 1
    if (read === 3) throw new Error('the emulator has ended')
    return { ...empty, instances: [{ ...known, id: `i-${read}`, userData: 'c2VjcmV0' } as unknown as Instance] }
  }
  const server = await serveControl(
    socket,
    { listMachines: () => [], machineLog: (id) => (id === 'i-0a' ? Promise.resolve('said\n') : undefined) },
    readRegion,
    () => Promise.reject(new Error('nothing is broken here')),
  )
  t.teardown(() => server.close())
  t.strictSame(await ask(socket, '/instances'), { status: 200, body: [known] })
  t.strictSame(await ask(socket, '/instances'), { status: 200, body: [{ ...known, id: 'i-2' }] })
  t.match(await ask(socket, '/instances'), { status: 500, body: /the emulator has ended/ })
  t.strictSame(await ask(socket, '/machines'), { status: 200, body: [] })
  t.strictSame(await ask(socket, '/logs/i-0a'), { status: 200, body: 'said\n' })
  for (const id of ['i-0b', '..%2fi-0a', 'i-0a/..', '']) t.match(await ask(socket, `/logs/${id}`), { status: 404 }, id)
})

t.test('what is broken is so when it is answered; what cannot be is told apart from what went wrong', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'control-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const socket = join(folder, 'region.sock')
  const done: FaultRequest[] = []
  const server = await serveControl(
    socket,
    { listMachines: () => [], machineLog: () => undefined },
    async () => ({ ...empty, instances: [] }),
    async (wanted) => {
      if (wanted.instanceId === 'i-0b') throw new Error('there is no machine i-0b')
      if ('slowness' in wanted) throw new NoNetem('no netem here')
      done.push(wanted)
    },
  )
  t.teardown(() => server.close())
  t.strictSame(await ask(socket, '/faults/i-0a/freeze', { method: 'PUT' }), { status: 200, body: 'done' })
  t.strictSame(await ask(socket, '/faults/i-0a/freeze', { method: 'DELETE' }), { status: 200, body: 'done' })
  t.strictSame(await ask(socket, '/faults/i-0a/isolate', { method: 'PUT', body: '{"ways":[]}' }), { status: 200, body: 'done' })
  t.strictSame(await ask(socket, '/faults/i-0a/slow', { method: 'PUT', body: '{"delayMs":5}' }), { status: 501, body: 'no netem here' })
  t.match(await ask(socket, '/faults/i-0b/crash', { method: 'PUT' }), { status: 500, body: /no machine i-0b/ })
  t.match(await ask(socket, '/faults/i-0a/isolate', { method: 'PUT', body: ' '.repeat(70_000) }), { status: 400 })
  t.match(await ask(socket, '/faults/i-0a/freeze'), { status: 400 })
  t.strictSame(done, [
    { instanceId: 'i-0a', kind: 'freeze' },
    { instanceId: 'i-0a', heals: 'freeze' },
    { instanceId: 'i-0a', kind: 'isolate', isolation: { ways: [] } },
  ])
})
