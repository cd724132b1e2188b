import { readGraph } from '../../../stack/graph/read-graph.ts'
import type { Graph } from '../../../schemas/graph.ts'
import { synthesize } from '../../../stack/synth.ts'
import { seedCluster, seedInputs } from '../fixtures.ts'

/** The stack of the seed deployment, and its graph. */
export const seedStack = synthesize(seedCluster, seedInputs)
export const seedGraph: Graph = readGraph(seedStack, 'titus', 'on lab in eu-west-1')

/** Many agents, one that is down, and rules of every direction: to the same column, back, and from outside into a private network. */
export const crowdedGraph: Graph = {
  ...seedGraph,
  machines: seedGraph.machines.flatMap((machine) =>
    machine.autoScalingGroup === undefined
      ? [{ ...machine, state: 'running' }]
      : Array.from({ length: 23 }, (_, index) => ({
          ...machine,
          name: `agents[${index}]`,
          facts: ['m4.large', `30.0.100.${60 + index}`],
          state: index === 3 ? 'down' : 'running',
        })),
  ),
  allowed: [
    ...seedGraph.allowed,
    { from: { group: 'titusmaster-mainvpc' }, to: 'titusapp', what: 'tcp 8000-9000' },
    { from: { group: 'titusmaster-mainvpc' }, to: 'titusbastion', what: 'udp 53' },
    { from: { cidr: '10.0.0.0/8' }, to: 'titusmaster-mainvpc', what: 'tcp 443' },
    ...Array.from({ length: 6 }, (_, index) => ({
      from: { cidr: `192.0.2.${index}/32` },
      to: 'titusbastion',
      what: `tcp ${8000 + index}`,
    })),
  ],
}

/** What would do something in XML, HTML, CSS or Mermaid, if it were let. */
export const hostileText = `"]; end <script>alert(1)</script> &amp; #quot; --> \`x\` %%{init} {{y}} 日本語\u0007\ud800`

/** A graph with that wherever a text of a person can stand. */
export const hostileGraph: Graph = {
  ...seedGraph,
  name: hostileText,
  place: hostileText,
  groups: seedGraph.groups.map((group) => ({ ...group, name: hostileText, description: hostileText })),
  networks: seedGraph.networks.map((network) => ({ ...network, name: hostileText })),
  machines: seedGraph.machines.map((machine) => ({ ...machine, name: hostileText, facts: [hostileText], state: hostileText })),
  allowed: seedGraph.allowed.map((rule) => ({ ...rule, what: hostileText })),
  roles: seedGraph.roles.map((role) => ({ ...role, name: hostileText, allow: [hostileText] })),
}
