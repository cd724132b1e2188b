import { spawn, spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { fixedAddresses } from '../../../lab/network/addresses.ts'
import { buildLinks, buildRouterAddresses } from '../../../lab/network/links.ts'
import { compileFaults } from '../../../lab/faults/fault-rules.ts'
import type { MachineFaults } from '../../../lab/faults/machine-faults.ts'
import { createRouter } from '../../../lab/network/router.ts'
import { NoNetem } from '../../../lab/network/shape-link.ts'
import { compileSecurityGroups } from '../../../lab/network/security-groups.ts'
import { makeGroup, makeInstance, makeInterface, makeRegion } from '../region-state.ts'

/* A program for a lab's namespaces: makes a small region out of network namespaces without machines, sends packets through it, and
 * prints what got where as JSON. Every namespace listens on ports 22 and 80. */

function ssh(peer: { cidr: string } | { groupId: string }) {
  return { protocol: 'tcp', fromPort: 22, toPort: 22, peer }
}
const bastion = { instanceId: 'i-1', groupIds: ['sg-bastion'], subnetId: 'subnet-pub', publicAddress: '192.0.2.1' }
const region = makeRegion({
  vpcs: [...makeRegion().vpcs, { id: 'vpc-2', cidr: '10.9.0.0/16', cidrs: ['10.9.0.0/16'], isDefault: false }],
  subnets: [
    ...makeRegion().subnets,
    { id: 'subnet-2', vpcId: 'vpc-2', cidr: '10.9.1.0/24', availabilityZone: 'eu-west-1a', isPublic: false },
  ],
  securityGroups: [
    makeGroup('sg-bastion', [ssh({ cidr: '203.0.113.1/32' })]),
    makeGroup('sg-main', [ssh({ groupId: 'sg-bastion' }), { protocol: '-1', peer: { groupId: 'sg-main' } }]),
    makeGroup('sg-mute', [{ protocol: '-1', peer: { cidr: '0.0.0.0/0' } }], []),
    makeGroup('sg-open', [{ protocol: '-1', peer: { cidr: '0.0.0.0/0' } }]),
  ],
  instances: ['i-1', 'i-2', 'i-3', 'i-4', 'i-5'].map((id) => makeInstance(id)),
  networkInterfaces: [
    makeInterface('eni-1', ['30.0.1.10'], { ...bastion, macAddress: '02:00:00:00:00:01' }),
    makeInterface('eni-2', ['30.0.100.10'], { instanceId: 'i-2', groupIds: ['sg-main'], macAddress: '02:00:00:00:00:02' }),
    makeInterface('eni-3', ['30.0.100.20'], { instanceId: 'i-3', groupIds: ['sg-main'], macAddress: '02:00:00:00:00:03' }),
    makeInterface('eni-4', ['30.0.100.30'], { instanceId: 'i-4', groupIds: ['sg-mute'], macAddress: '02:00:00:00:00:04' }),
    makeInterface('eni-5', ['10.9.1.10'], {
      instanceId: 'i-5',
      vpcId: 'vpc-2',
      subnetId: 'subnet-2',
      groupIds: ['sg-open'],
      macAddress: '02:00:00:00:00:05',
    }),
  ],
})

const server = `for (const port of [22, 80]) require('net').createServer((s) => { s.on('error', () => {}); s.pipe(s) }).listen(port, () => console.log(port))`
const client = `const [host, port, localAddress] = process.argv.slice(1)
const s = require('net').connect({ host, port: +port, ...(localAddress ? { localAddress } : {}) })
const say = (word) => { console.log(word); process.exit() }
s.on('connect', () => say('open')); s.on('error', (e) => say(e.code))
// a process that was long kept waiting first hears what has come meanwhile
setTimeout(() => setImmediate(() => say('silent')), 800)`

function inside(namespace: string, script: string, ...args: readonly string[]) {
  return spawn('ip', ['netns', 'exec', namespace, process.execPath, '-e', script, '--', ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
}

function firstLine(child: ReturnType<typeof inside>): Promise<string> {
  return new Promise((resolve) => child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim())))
}

function probe(from: string, host: string, port: number, source = ''): Promise<string> {
  return firstLine(inside(from, client, host, `${port}`, source))
}

function fromInternet(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, localAddress: fixedAddresses.internet })
    socket.once('connect', () => resolve('open'))
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'error'))
    setTimeout(() => setImmediate(() => resolve('silent')), 800)
  })
}

const router = createRouter()
await router.setAddresses(['30.0.100.1', '10.1.1.1'])
await router.setAddresses(buildRouterAddresses(region))
await router.filter(compileSecurityGroups(region))
for (const link of buildLinks(region)) {
  await router.addNamespace(link.instanceId)
  await router.attach(link, link.instanceId)
}
await Promise.all(region.instances.map(({ id }) => firstLine(inside(id, server))))
// A machine that could change its address would still not get far with it
spawnSync('ip', ['-netns', 'i-3', 'address', 'add', '30.0.1.10/32', 'dev', 'lo'])

const alive = connect({ host: '30.0.1.10', port: 22, localAddress: fixedAddresses.internet })
await new Promise((resolve) => alive.once('connect', resolve))
const results: Record<string, string> = Object.fromEntries(
  await Promise.all(
    Object.entries({
      'the bastion logs in to a machine': probe('i-1', '30.0.100.10', 22),
      'the bastion and another port': probe('i-1', '30.0.100.10', 80),
      'a machine and the bastion': probe('i-2', '30.0.1.10', 22),
      'members of a group that names itself': probe('i-2', '30.0.100.20', 80),
      'a group without egress rules': probe('i-4', '30.0.100.10', 22),
      'another VPC': probe('i-2', '10.9.1.10', 22),
      'beyond the region': probe('i-2', '192.88.99.1', 80),
      'an address of another': probe('i-3', '30.0.100.10', 22, '30.0.1.10'),
      'the internet and the bastion': fromInternet('30.0.1.10', 22),
      'the internet and another port': fromInternet('30.0.1.10', 80),
      'the internet and a private machine': fromInternet('30.0.100.10', 22),
    }).map(async ([name, result]) => [name, await result] as const),
  ),
)
const closed = { ...region, securityGroups: region.securityGroups.map((group) => ({ ...group, ingress: [] })) }
await router.filter(compileSecurityGroups(closed))
results['after the rules are gone'] = await probe('i-1', '30.0.100.10', 22)
const echo = new Promise<string>((resolve) => alive.once('data', (data: Buffer) => resolve(data.toString())))
alive.write('still here')
results['a connection from before'] = await Promise.race([echo, sleep(20_000, 'silent')])

function broken(id: string, faults: MachineFaults): Promise<void> {
  return router.filter(compileSecurityGroups(region) + compileFaults(region, new Map([[id, faults]])))
}
await broken('i-2', { isolation: { ways: [{ from: 'i-1', to: 'i-2' }] } })
results['isolated, the bastion logs in'] = await probe('i-1', '30.0.100.10', 22)
results['isolated, one of its group'] = await probe('i-3', '30.0.100.10', 80)
await broken('i-2', { isolation: { from: ['i-3'], ways: [] } })
const [split, others] = await Promise.all([probe('i-3', '30.0.100.10', 80), probe('i-1', '30.0.100.10', 22)])
results['a partition between two'] = `${split}, ${others} to a third`
await broken('i-3', { slowness: { lossBasisPoints: 10_000 } })
results['all is lost'] = await probe('i-3', '30.0.100.10', 80)
await broken('i-1', { isolation: { ways: [] } })
let isHeard = false
alive.on('data', () => (isHeard = true))
alive.write('nobody hears this')
await sleep(300)
await router.filter(compileSecurityGroups(region) + compileFaults(region, new Map()))
results['a connection of who is isolated'] = isHeard ? 'heard' : 'cut'
await new Promise((resolve) => (isHeard ? resolve(true) : alive.once('data', resolve)))
results['and when it is healed'] = 'it goes on'
const [link] = buildLinks(region).filter(({ instanceId }) => instanceId === 'i-2')
if (link !== undefined) {
  await router.shape(link, 'i-2', { bitsPerSecond: 1_000_000 })
  results['a rate'] = spawnSync('tc', ['-netns', 'i-2', 'qdisc', 'show', 'dev', 'eth0'], { encoding: 'utf8' }).stdout.split(' ')[1] ?? ''
  const delayed = router.shape(link, 'i-2', { delayMs: 5, jitterMs: 1 })
  // Whether the kernel of this computer has it: what is asked of it is either done, or refused by name.
  results['a delay'] = await delayed.then(
    () =>
      spawnSync('tc', ['-netns', 'i-2', 'qdisc', 'show', 'dev', 'eth0'], { encoding: 'utf8' }).stdout.includes('netem')
        ? 'netem'
        : 'not there',
    (error: unknown) => (error instanceof NoNetem ? 'netem' : String(error)),
  )
  await router.shape(link, 'i-2', {})
  await router.shape(link, 'i-2', {})
  results['and none any more'] =
    spawnSync('tc', ['-netns', 'i-2', 'qdisc', 'show', 'dev', 'eth0'], { encoding: 'utf8' }).stdout.split(' ')[1] ?? ''
}
const own = (networkInterfaces()['lo'] ?? []).map(({ address }) => address)
results["the router's own addresses"] = own
  .filter((address) => address.startsWith('10.'))
  .toSorted()
  .join(' ')
process.stdout.write(`${JSON.stringify(results)}\n`, () => process.exit(0))
