import { TestbedError } from '../../schemas/failure.ts'
import type { Graph } from '../../schemas/graph.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { hostsGraph, withTestbed } from '../../stack/graph/raised-graph.ts'
import { readGraph } from '../../stack/graph/read-graph.ts'
import { readRaisedStack } from '../../stack/workspace.ts'
import type { Workspace } from '../../stack/workspace.ts'

/** The graph of a testbed as it is known here: nobody is asked.
 *  @param states  of machines, by instance id, and of hosts that were not raised here, by name
 *  @throws TestbedError when the stack that was raised cannot be read */
export function knownGraph(workspace: Workspace, testbed: Testbed, states: ReadonlyMap<string, string>): Graph {
  const { name, target, region } = testbed
  if (target === 'hosts') return hostsGraph(testbed, states)
  return withTestbed(readGraph(readRaisedStack(workspace), name, `on ${target} in ${region}`), testbed, states)
}

/** The same for the page of a run; undefined where there are no machines, or their stack is lost: that spoils no run. */
export function graphOfRun(workspace: Workspace, testbed: Testbed): Graph | undefined {
  if (testbed.hosts.length === 0) return undefined
  try {
    return knownGraph(workspace, testbed, new Map())
  } catch (error) {
    if (error instanceof TestbedError) return undefined
    throw error
  }
}
