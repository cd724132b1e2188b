import { spawnSync } from 'node:child_process'
import t from 'tap'
import { compileFaults } from '../../../lab/faults/fault-rules.ts'
import type { MachineFaults } from '../../../lab/faults/machine-faults.ts'
import { makeInstance, makeInterface, makeRegion } from '../region-state.ts'

const region = makeRegion({
  instances: [
    makeInstance('i-1', { privateAddress: '30.0.1.10' }),
    makeInstance('i-2', { privateAddress: '30.0.100.10' }),
    makeInstance('i-3', { privateAddress: '30.0.100.20' }),
  ],
  networkInterfaces: [
    makeInterface('eni-1', ['30.0.1.10'], { instanceId: 'i-1' }),
    makeInterface('eni-2', ['30.0.100.10'], { instanceId: 'i-2' }),
    makeInterface('eni-2b', ['30.0.100.11'], { instanceId: 'i-2', deviceIndex: 1 }),
    makeInterface('eni-3', ['30.0.100.20'], { instanceId: 'i-3' }),
    makeInterface('eni-4', ['30.0.100.30']),
  ],
})

/** The rules of both chains, as nft itself has found them good. */
function rulesOf(...faults: readonly (readonly [string, MachineFaults])[]) {
  const ruleset = compileFaults(region, new Map(faults))
  const { status, stderr } = spawnSync('nft', ['--check', '--file', '-'], { input: ruleset, encoding: 'utf8' })
  t.equal(status, 0, stderr)
  const [, sent = '', received = ''] = /chain sent \{([^]*)\n {2}\}\n {2}chain received \{([^]*)\n {2}\}\n\}/.exec(ruleset) ?? []
  const rules = (chain: string) => {
    const [, ...lines] = chain.trim().split('\n')
    return lines.map((line) => line.trim())
  }
  return { sent: rules(sent), received: rules(received) }
}

const ways = [{ from: 'i-1', to: 'i-2' }]
const way = ['ip saddr 30.0.1.10 ip daddr 30.0.100.10 tcp dport 22 accept', 'ip saddr 30.0.100.10 ip daddr 30.0.1.10 tcp sport 22 accept']

t.test('without faults nothing is dropped', async (t) => {
  t.same(rulesOf(), { sent: [], received: [] })
  t.same(rulesOf(['i-9', { isolation: { ways: [] } }]).received, [], 'nor for a machine that is gone')
})

t.test('a machine that is isolated keeps its way in, its DNS and its metadata', async (t) => {
  t.same(rulesOf(['i-2', { isolation: { ways } }]), {
    sent: [
      ...way,
      'ip daddr 169.254.169.254 accept',
      'fib daddr type local meta l4proto { tcp, udp } th dport 53 accept',
      'iifname { "tbeni2", "tbeni2b" } counter drop',
    ],
    received: [
      ...way,
      'ip saddr 169.254.169.254 accept',
      'fib saddr type local meta l4proto { tcp, udp } th sport 53 accept',
      'oifname { "tbeni2", "tbeni2b" } counter drop',
    ],
  })
  t.match(rulesOf(['i-1', { isolation: { ways: [{ to: 'i-1' }] } }]).sent, [/^ip saddr 203\.0\.113\.1 ip daddr 30\.0\.1\.10 tcp dport 22/])
})

t.test('a partition is between the machines that are named, both ways', async (t) => {
  const { sent, received } = rulesOf(['i-2', { isolation: { from: ['i-3', 'i-9'], ways } }])
  t.notOk(
    sent.some((rule) => rule.endsWith('drop')),
    'what a machine sends to others passes',
  )
  t.same(received.slice(-2), [
    'iifname { "tbeni2", "tbeni2b" } oifname { "tbeni3" } counter drop',
    'iifname { "tbeni3" } oifname { "tbeni2", "tbeni2b" } counter drop',
  ])
})

t.test('packets get lost by the share that is asked for', async (t) => {
  t.same(rulesOf(['i-3', { slowness: { delayMs: 10, lossBasisPoints: 250 } }]), {
    sent: ['iifname { "tbeni3" } numgen random mod 10000 < 250 counter drop'],
    received: [],
  })
  t.same(rulesOf(['i-3', { slowness: { lossBasisPoints: 10_000 } }]).sent, ['iifname { "tbeni3" } counter drop'], 'all of them, too')
})
