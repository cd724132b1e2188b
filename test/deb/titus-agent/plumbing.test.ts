import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { tsLoader } from '../../ts-loader.ts'

// Real links, routes and packet filters, in namespaces that are gone when the program ends; without root in a user namespace of its own.
t.setTimeout(120_000)
const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
const program = fileURLToPath(new URL('./plumbing-inside.ts', import.meta.url))
const inNamespaces = [
  ...asRoot,
  '--net',
  '--mount',
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
  process.execPath,
  '--import',
  tsLoader,
  program,
]
const { stdout } = await promisify(execFile)('unshare', inNamespaces, { timeout: 110_000 })
const found = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, string>

t.test('a task has its address in the VPC, and its agent no way around the VPC', async (t) => {
  t.equal(found['hostInterface'], 'eth1')
  for (const what of ['vpcToTask', 'vpcToLast']) t.equal(found[what], '30.0.100.1', what)
  for (const what of ['agentToTask', 'agentToLast']) t.equal(found[what], '30.0.100.20', `${what} through the VPC, both ways`)
  t.equal(found['taskToAgent'], '30.0.100.41', 'through the VPC, both ways')
  for (const what of ['agentToTaskDenied', 'taskToAgentDenied', 'vpcToInterface']) t.equal(found[what], 'no answer', what)
})

t.test('a task reaches the metadata proxy under its own address, and nothing else of its agent', async (t) => {
  t.equal(found['taskToMetadata'], '30.0.100.41')
  for (const what of ['taskToProxyPort', 'vpcToProxyPort', 'spoofed']) t.equal(found[what], 'no answer', what)
  t.equal(found['ipv6OfLink'], '', 'past the filter')
})

t.test('nothing is left of it', async (t) => {
  t.equal(found['rulesLeft'], '')
  t.equal(found['linksLeft'], 'lo eth0 eth1')
  t.equal(found['guardLeft'], 'no')
  t.equal(found['vpcToNothing'], 'no answer')
})
