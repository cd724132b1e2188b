import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { runIpBatch, runProgram, setKernelParameters } from '../../../deb/titus-agent/network/kernel.ts'
import { metadataPort } from '../../../deb/titus-agent/network/routing.ts'
import { parseSubnet } from '../../../deb/titus-agent/network/subnet.ts'
import { createTaskLinks } from '../../../deb/titus-agent/network/task-links.ts'

// Runs in namespaces of its own: an agent's network with a VPC behind its two interfaces. Prints what it found as one JSON document.

const agent = '30.0.100.20'
const address = '30.0.100.41'
const mac = '02:00:00:00:00:41'
const vpc = {
  id: 'eni-1',
  mac,
  deviceIndex: 1,
  attachmentStatus: 'attached',
  primaryAddress: '30.0.100.40',
  addresses: ['30.0.100.40', address],
  groups: [],
}
const last = { address: '30.0.100.40', interfaceId: 'eni-1', interfaceAddress: '30.0.100.40', deviceIndex: 1, link: 'tituslast' }
const network = { address, interfaceId: 'eni-1', interfaceAddress: '30.0.100.40', deviceIndex: 1, link: 'titustest' }
const servers: ChildProcess[] = []

function inside(namespace: string | undefined, args: readonly string[]): readonly string[] {
  return namespace === undefined ? args : ['ip', 'netns', 'exec', namespace, ...args]
}

/** Starts a server that answers with the address of who asks. */
async function serve(namespace: string | undefined, host: string, port: number): Promise<void> {
  const program = `require('http').createServer((q,s)=>s.end(q.socket.remoteAddress)).listen(${port},'${host}',()=>console.log('up'))`
  const [command = '', ...args] = inside(namespace, [process.execPath, '-e', program])
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  servers.push(child)
  await once(child.stdout, 'data')
}

/** What a GET from `namespace` hears, or `no answer` within `ms`. */
async function ask(namespace: string | undefined, url: string, ms: number, localAddress?: string): Promise<string> {
  const options = JSON.stringify({ timeout: ms, ...(localAddress === undefined ? {} : { localAddress }) })
  const program = `const r=require('http').get('${url}',${options},s=>s.on('data',d=>process.stdout.write(d)));r.on('timeout',()=>r.destroy());r.on('error',()=>console.log('no answer'))`
  const [command = '', ...args] = inside(namespace, [process.execPath, '-e', program])
  return (await runProgram(command, args)).trim()
}

await runProgram('mount', ['-t', 'tmpfs', 'tmpfs', '/run'])
await runIpBatch([
  'link set lo up',
  'netns add vpc',
  'link add eth0 type veth peer name v0 netns vpc',
  `link add eth1 address ${mac} type veth peer name v1 netns vpc`,
  'link set eth0 up',
  `addr add ${agent}/24 dev eth0`,
  'route add default via 30.0.100.1',
])
await runIpBatch(
  [
    'link set lo up',
    'addr add 30.0.100.1/32 dev lo',
    'link set v0 up',
    'link set v1 up',
    `route add ${agent}/32 dev v0`,
    `route add ${address}/32 dev v1`,
    `route add ${vpc.primaryAddress}/32 dev v1`,
  ],
  { namespace: 'vpc' },
)
await runProgram(
  'ip',
  'netns exec vpc sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.v0.proxy_arp=1 net.ipv4.conf.v1.proxy_arp=1'.split(' '),
)
await runProgram('ip', 'netns exec vpc sysctl -qw net.ipv4.neigh.v0.proxy_delay=0 net.ipv4.neigh.v1.proxy_delay=0'.split(' '))
await runProgram(
  'ip',
  'netns exec vpc sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.v0.rp_filter=0 net.ipv4.conf.v1.rp_filter=0'.split(' '),
)
await setKernelParameters({ 'conf/eth0/rp_filter': 0 })

/** The VPC's packet filter, stateful as security groups are: a connection of which it sees one direction alone is none. */
async function filterVpc(rules: readonly string[]): Promise<void> {
  const chain = ['type filter hook forward priority 0;', 'ct state established accept', 'ct state invalid drop', ...rules].join('\n')
  const table = `table ip sg\ndelete table ip sg\ntable ip sg {\nchain f {\n${chain}\n}\n}\n`
  await runProgram('ip', ['netns', 'exec', 'vpc', 'nft', '-f', '-'], table)
}
await filterVpc([])

const links = createTaskLinks(agent, parseSubnet('30.0.100.0/24'))
await links.prepare([])
function prepare() {
  return links.prepareInterface(vpc, AbortSignal.timeout(10_000))
}
const [host] = await Promise.all([prepare(), prepare()])
await links.attach('container', network, host)
await serve('container', '0.0.0.0', 80)
await serve(undefined, agent, metadataPort)
await serve(undefined, agent, 5051)
await serve(undefined, '0.0.0.0', 5052)

const patient = 20_000
const impatient = 1_500
const taskUrl = `http://${address}/`
const found: Record<string, string> = {
  hostInterface: host.name,
  vpcToTask: await ask('vpc', taskUrl, patient),
  taskToMetadata: await ask('container', 'http://169.254.169.254/', patient),
  taskToProxyPort: await ask('container', `http://${agent}:${metadataPort}/`, impatient),
  vpcToProxyPort: await ask('vpc', `http://${agent}:${metadataPort}/`, impatient),
  vpcToInterface: await ask('vpc', `http://${vpc.primaryAddress}:5052/`, impatient),
}
// The last free address of an interface is its own.
await links.attach('last', last, host)
await serve('last', '0.0.0.0', 80)
Object.assign(found, {
  vpcToLast: await ask('vpc', `http://${last.address}/`, patient),
  agentToLast: await ask(undefined, `http://${last.address}/`, patient),
  agentToTask: await ask(undefined, taskUrl, patient),
  taskToAgent: await ask('container', `http://${agent}:5051/`, patient),
  ipv6OfLink: (await runProgram('ip', ['-6', 'addr', 'show', 'dev', network.link])).trim(),
})
// Security groups that keep agent and task apart: neither must have a way around them.
await filterVpc([`ip saddr ${agent} ip daddr ${address} drop`, `ip saddr ${address} ip daddr ${agent} drop`])
found['agentToTaskDenied'] = await ask(undefined, taskUrl, impatient)
found['taskToAgentDenied'] = await ask('container', `http://${agent}:5051/`, impatient)
await runIpBatch(['addr add 30.0.100.99/32 dev eth0'], { namespace: 'container' })
found['spoofed'] = await ask('container', 'http://169.254.169.254/', impatient, '30.0.100.99')

for (const server of servers) server.kill()
await links.detach('container', network)
await links.detach('last', last)
found['rulesLeft'] = (await runProgram('ip', ['rule']))
  .split('\n')
  .filter((line) => line.includes('titus'))
  .join()
found['linksLeft'] = (JSON.parse(await runProgram('ip', ['-json', 'link'])) as { ifname: string }[]).map((link) => link.ifname).join(' ')
found['guardLeft'] = (await runProgram('nft', ['list', 'set', 'ip', 'titus', 'tasks'])).includes(address) ? 'yes' : 'no'
found['vpcToNothing'] = await ask('vpc', taskUrl, impatient)
process.stdout.write(`${JSON.stringify(found)}\n`)
process.exit(0)
