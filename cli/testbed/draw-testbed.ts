import type { Cluster } from '../../schemas/cluster.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import type { Graph } from '../../schemas/graph.ts'
import { readGraph } from '../../stack/graph/read-graph.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { labFolder } from '../product/folders.ts'
import { knownGraph } from './known-graph.ts'
import { reachHosts } from './reach-hosts.ts'
import { refreshTestbed } from './refresh-testbed.ts'

/** No account, key or package is in a drawing; the stack is synthesised with these in their place. */
const unknown = { account: '000000000000', publicKey: 'ssh-ed25519 AAAA', packages: [] }

/** The testbed that a cluster file describes, before anything is raised: that of the stack which `apply` would write.
 *  @throws InputError as `synthesize` does */
export async function drawCluster(cluster: Cluster): Promise<Graph> {
  const { synthesize } = await import('../../stack/synth.ts')
  const { trustedCidr } = cluster.access
  const stack = synthesize(cluster, {
    ...unknown,
    trustedCidr: trustedCidr === 'auto' ? 'this computer' : trustedCidr,
    emulated: cluster.target === 'lab',
    ...(cluster.zone === undefined ? {} : { zone: cluster.zone }),
  })
  return readGraph(stack, cluster.name, `to be raised on ${cluster.target} in ${cluster.region}`)
}

/** A testbed as it stands: its stack, with the machines that there are now and their states; hosts that titus-bed did not raise with the
 *  ways to them.
 *  @throws TestbedError when the lab is down, or EC2 does not answer */
export async function drawTestbed(workspace: Workspace, testbed: Testbed, signal: AbortSignal): Promise<Graph> {
  if (testbed.target === 'hosts') {
    const reached = await reachHosts(testbed, signal)
    return knownGraph(workspace, testbed, new Map([...reached].map(([name, { state }]) => [name, state])))
  }
  const current = await refreshTestbed(workspace, testbed, signal)
  return knownGraph(workspace, current, current.target === 'lab' ? await labStates(workspace) : new Map())
}

async function labStates(workspace: Workspace): Promise<ReadonlyMap<string, string>> {
  const { listMachines } = await import('../../lab/list-machines.ts')
  return new Map((await listMachines(labFolder(workspace))).map(({ instanceId, state }) => [instanceId, state]))
}
