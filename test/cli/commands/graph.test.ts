import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { machineNames } from '../../../schemas/roles/index.ts'
import type { Testbed } from '../../../schemas/testbed.ts'
import { keepRaisedStack, writeStack } from '../../../stack/workspace.ts'
import { seedStack } from '../../stack/graph/sample.ts'
import { raisedWorkspace, tempFolder, testbedOn } from '../fake-testbed.ts'
import { describeInstances, startLoopbackAws } from '../loopback-aws.ts'
import { typeCommand } from '../type-command.ts'

const cluster = 'name: blue\naccess: { trustedCidr: 198.51.100.0/24 }\nagents: { capacity: { min: 1, desired: 2, max: 3 } }\n'

t.test('graph: what a cluster file describes, before anything is raised', async (t) => {
  const folder = tempFolder(t)
  writeFileSync(join(folder, 'cluster.yaml'), cluster)
  const svg = await typeCommand(folder, 'graph')
  t.equal(svg.code, 0, svg.err)
  t.match(svg.out, /^<svg [^]*blue-titusagent[^]*<\/svg>\n$/)
  for (const text of [...machineNames, '198.51.100.0/24', '2 of them, 1 to 3']) t.match(svg.out, `>${text}<`)
  const mermaid = await typeCommand(folder, 'graph', 'cluster.yaml', '--format', 'mermaid', '--target', 'aws')
  t.match(mermaid.out, /^flowchart LR\n[^]*to be raised on aws in eu-west-1/)
  t.match(JSON.parse((await typeCommand(folder, 'graph', '--format', 'json')).out), { name: 'blue', machines: { length: 5 } })
})

t.test('graph: a raised testbed has its machines as they are now, and the file does not count', async (t) => {
  const folder = tempFolder(t)
  writeFileSync(join(folder, 'cluster.yaml'), 'name: other\n')
  const raised = { ...testbedOn('aws'), outputs: { ...testbedOn('aws').outputs, vpc_id: 'vpc-1', agent_asg_name: 'titusagent' } }
  const { access } = await startLoopbackAws(t, folder, { DescribeInstances: describeInstances(raised, ['30.0.100.70', '30.0.100.71']) })
  const testbed: Testbed = { ...raised, api: access }
  const workspace = raisedWorkspace(folder, testbed)
  const without = await typeCommand(folder, 'graph')
  t.equal(without.code, 3)
  t.match(without.err, /cdk\.tf\.json is not there[^]*titus-bed apply/)
  writeStack(workspace, seedStack)
  keepRaisedStack(workspace)
  writeStack(workspace, {})
  const { code, out, err } = await typeCommand(folder, 'graph', '--format', 'mermaid', '--output', 'blue.mmd')
  t.equal(code, 0, err)
  t.equal(out, '')
  t.equal(err, 'blue.mmd: testbed blue, on aws in eu-west-1\n')
  const text = readFileSync(join(folder, 'blue.mmd'), 'utf8')
  t.equal(statSync(join(folder, 'blue.mmd')).mode & 0o777, 0o600)
  t.match(text, 'agents#91;1#93;<br/>m4.large<br/>30.0.100.71<br/>running')
  t.match(text, /gateway<br\/>t3\.medium<br\/>30\.0\.100\.\d+<br\/>running/)
  t.match((await typeCommand(folder, 'graph', 'cluster.yaml')).out, 'testbed other', 'a file that is named is drawn instead')
})

t.test('graph: the testbed of a project file gives way to a file, and to none being raised', async (t) => {
  const folder = tempFolder(t)
  writeFileSync(join(folder, 'cluster.yaml'), cluster)
  writeFileSync(join(folder, 'titus-bed.yaml'), 'testbed: blue\n')
  for (const argv of [[], ['cluster.yaml'], ['--target', 'aws']]) {
    const { code, out, err } = await typeCommand(folder, 'graph', ...argv)
    t.equal(code, 0, err)
    t.match(out, 'testbed blue, to be raised', argv.join(' '))
  }
})

t.test('graph: a wrong format, place or pair is told with what to do', async (t) => {
  const folder = tempFolder(t)
  writeFileSync(join(folder, 'cluster.yaml'), cluster)
  mkdirSync(join(folder, 'there'))
  for (const [argv, message] of [
    [['--format', 'sgv'], /--format sgv is not known[^]*did you mean "svg"\?/],
    [['--format', 'toString'], /is not known/],
    [['--output', 'there/'], /--output there\/ is a folder/],
    [['--output', '/nowhere/at/all.svg'], /there is no folder \/nowhere/],
    [['cluster.yaml', '--testbed', 'blue'], /cluster\.yaml is of a cluster file, and --testbed names a testbed/],
    [['--cell', 'm5.large', '--testbed-file', 'hosts.yaml'], /--cell is of a cluster file/],
    [['missing.yaml'], /missing\.yaml/],
  ] as const) {
    const { code, out, err } = await typeCommand(folder, 'graph', ...argv)
    t.equal(code, 2, argv.join(' '))
    t.match(err, message)
    t.equal(out, '')
  }
})
