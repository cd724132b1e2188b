import t from 'tap'
import { parseFaultRequest } from '../../../lab/faults/fault-request.ts'

const sound: readonly (readonly [string, string, unknown, object])[] = [
  ['PUT', '/faults/i-0a/crash', '', { instanceId: 'i-0a', kind: 'crash' }],
  ['PUT', '/faults/i-0a/freeze', '', { instanceId: 'i-0a', kind: 'freeze' }],
  ['DELETE', '/faults/i-0a/freeze', '', { instanceId: 'i-0a', heals: 'freeze' }],
  ['DELETE', '/faults/i-0a/slow', '', { instanceId: 'i-0a', heals: 'slow' }],
  ['PUT', '/faults/i-0a/isolate', { ways: [] }, { instanceId: 'i-0a', kind: 'isolate', isolation: { ways: [] } }],
  [
    'PUT',
    '/faults/i-0a/isolate',
    {
      from: ['i-0b'],
      ways: [
        { from: 'i-0c', to: 'i-0a' },
        { to: 'i-0a', other: 1 },
      ],
    },
    { instanceId: 'i-0a', kind: 'isolate', isolation: { from: ['i-0b'], ways: [{ from: 'i-0c', to: 'i-0a' }, { to: 'i-0a' }] } },
  ],
  [
    'PUT',
    '/faults/i-0a/slow',
    { delayMs: 100, jitterMs: 10, lossBasisPoints: 1, bitsPerSecond: 1 },
    { instanceId: 'i-0a', kind: 'slow', slowness: { delayMs: 100, jitterMs: 10, lossBasisPoints: 1, bitsPerSecond: 1 } },
  ],
]

t.test('what is asked of a region', async (t) => {
  for (const [method, path, body, wanted] of sound)
    t.strictSame(parseFaultRequest(method, path, body === '' ? '' : JSON.stringify(body)), wanted, `${method} ${path}`)
})

t.test('what is no request, or would be no sound rule, is none', async (t) => {
  const unsound: readonly (readonly [string, string, unknown])[] = [
    ['GET', '/faults/i-0a/freeze', ''],
    ['DELETE', '/faults/i-0a/crash', ''],
    ['PUT', '/faults/i-0a/explode', ''],
    ['PUT', '/faults/i-0a; reboot/freeze', ''],
    ['PUT', '/faults/../freeze', ''],
    ['PUT', '/faults/i-0a/isolate', ''],
    ['PUT', '/faults/i-0a/isolate', {}],
    ['PUT', '/faults/i-0a/isolate', { ways: [], from: [] }],
    ['PUT', '/faults/i-0a/isolate', { ways: [], from: ['i-0b" } accept'] }],
    ['PUT', '/faults/i-0a/isolate', { ways: [{ from: 'bastion', to: 'i-0a' }] }],
    ['PUT', '/faults/i-0a/isolate', { ways: [{ from: 'i-0a' }] }],
    ['PUT', '/faults/i-0a/slow', {}],
    ['PUT', '/faults/i-0a/slow', { jitterMs: 5 }],
    ['PUT', '/faults/i-0a/slow', { delayMs: '5ms' }],
    ['PUT', '/faults/i-0a/slow', { delayMs: 0.5 }],
    ['PUT', '/faults/i-0a/slow', { lossBasisPoints: 10_001 }],
    ['PUT', '/faults/i-0a/slow', { delayMs: 5, toString: 5 }],
    ['PUT', '/faults/i-0a/slow', [1]],
  ]
  for (const [method, path, body] of unsound)
    t.equal(
      parseFaultRequest(method, path, body === '' ? '' : JSON.stringify(body)),
      undefined,
      `${method} ${path} ${JSON.stringify(body)}`,
    )
  t.equal(parseFaultRequest('PUT', '/faults/i-0a/slow', '{'), undefined)
})
