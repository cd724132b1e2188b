import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { runIpBatch, runProgram, setKernelParameters } from '../../../deb/agent/network/kernel.ts'
import { metadataPort } from '../../../deb/agent/network/routing.ts'
import { parseSubnet } from '../../../deb/agent/network/subnet.ts'
import { createTaskLinks } from '../../../deb/agent/network/task-links.ts'

// Runs in namespaces of its own: an agent's network with a VPC behind its two interfaces. Prints what it found as one JSON document.

const agent = '30.0.100.20'
const address = '30.0.100.41'
const mac = '02:00:00:00:00:41'
const vpc = {
  id: 'eni-1',
  mac,
  deviceIndex: 1,
  attachmentId: 'a',
  attachmentStatus: 'attached',
  primaryAddress: '30.0.100.40',
  addresses: ['30.0.100.40', address],
  groups: [],
  deleteOnTermination: true,
}
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

/** What a GET from `namespace` hears, or `no answer`. */
async function ask(namespace: string | undefined, url: string, localAddress?: string): Promise<string> {
  const options = JSON.stringify(localAddress === undefined ? { timeout: 1_500 } : { timeout: 1_500, localAddress })
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

const links = createTaskLinks(agent, parseSubnet('30.0.100.0/24'))
await links.prepare([])
const host = await links.prepareInterface(vpc, AbortSignal.timeout(10_000))
await links.prepareInterface(vpc, AbortSignal.timeout(10_000))
await links.attach('container', network, host)
await serve('container', '0.0.0.0', 80)
await serve(undefined, agent, metadataPort)
await serve(undefined, agent, 5051)

const found: Record<string, string> = {
  hostInterface: host.name,
  vpcToTask: await ask('vpc', `http://${address}/`),
  taskToMetadata: await ask('container', 'http://169.254.169.254/'),
  taskToAgent: await ask('container', `http://${agent}:5051/`),
  taskToProxyPort: await ask('container', `http://${agent}:${metadataPort}/`),
  vpcToProxyPort: await ask('vpc', `http://${agent}:${metadataPort}/`),
  agentToTask: await ask(undefined, `http://${address}/`),
}
// A security group of the VPC that does not let the agent in: the agent must not have a way around it.
await runProgram(
  'ip',
  ['netns', 'exec', 'vpc', 'nft', '-f', '-'],
  `table ip sg {
  chain f {
    type filter hook forward priority 0;
    ip saddr ${agent} ip daddr ${address} drop
  }
}
`,
)
found['agentToTaskDenied'] = await ask(undefined, `http://${address}/`)
await runIpBatch(['addr add 30.0.100.99/32 dev eth0'], { namespace: 'container' })
found['spoofed'] = await ask('container', 'http://169.254.169.254/', '30.0.100.99')

for (const server of servers) server.kill()
await links.detach('container', network)
found['rulesLeft'] = (await runProgram('ip', ['rule']))
  .split('\n')
  .filter((line) => line.includes(address))
  .join()
found['linksLeft'] = (JSON.parse(await runProgram('ip', ['-json', 'link'])) as { ifname: string }[]).map((link) => link.ifname).join(' ')
found['guardLeft'] = (await runProgram('nft', ['list', 'set', 'ip', 'titus', 'tasks'])).includes(address) ? 'yes' : 'no'
found['vpcToNothing'] = await ask('vpc', `http://${address}/`)
process.stdout.write(`${JSON.stringify(found)}\n`)
process.exit(0)
