import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { seedInputs } from '../../stack/fixtures.ts'
import { tsLoader } from '../../ts-loader.ts'

const root = new URL('../../..', import.meta.url).pathname

/** The one file of the new role. */
const role = `import type { MachineRole } from './host-role.ts'

/** The machine that keeps figures. */
export const metrics: MachineRole<'gateway'> = {
  description: 'What the testbed measures of itself.',
  instanceType: 't3.small',
  subnet: 'private',
  securityGroup: 'main',
  hostNumber: 20,
  runsContainers: true,
  packages: ['titus-metrics'],
  firstBoot: 'begin\\ninstall_packages\\nready\\n',
  values: ({ addresses }) => ({ GATEWAY_IP: addresses.gateway }),
}
`

/** A copy of the project in which a person has added a role as the table says: one file, one line (and its import), then `npm run schemas`. */
function addRole(folder: string): void {
  for (const part of ['system', 'schemas', 'stack', 'runner', 'cli', 'setup', 'scenarios', 'package.json', 'tsconfig.json', '.prettierrc'])
    cpSync(join(root, part), join(folder, part), { recursive: true })
  writeFileSync(join(folder, 'schemas/roles/metrics.ts'), role)
  const table = join(folder, 'schemas/roles/index.ts')
  const text = readFileSync(table, 'utf8')
  const extended = text.replace('  gateway,\n', '  gateway,\n  metrics,\n').replace(/^/, "import { metrics } from './metrics.ts'\n")
  writeFileSync(table, extended)
  execFileSync(process.execPath, ['--import', tsLoader, 'setup/write-schemas.ts'], { cwd: folder })
}

t.test('a role that is added in one file and one line is everywhere', async (t) => {
  const folder = t.testdir()
  addRole(folder)
  const load = async <Module>(path: string) => (await import(join(folder, path))) as Module
  const { loadCluster } = await load<typeof import('../../../schemas/cluster-rules/load-cluster.ts')>(
    'schemas/cluster-rules/load-cluster.ts',
  )
  const { synthesize } = await load<typeof import('../../../stack/synth.ts')>('stack/synth.ts')
  const { assembleTestbed } = await load<typeof import('../../../stack/testbed.ts')>('stack/testbed.ts')
  const { loadScenarioFiles } = await load<typeof import('../../../cli/files/load-files.ts')>('cli/files/load-files.ts')
  const { command } = await load<typeof import('../../../cli/commands/ssh.ts')>('cli/commands/ssh.ts')
  const { installerOf } = await load<typeof import('../../../schemas/roles/index.ts')>('schemas/roles/index.ts')

  const { cluster, problems } = loadCluster('machines: { metrics: { instanceType: t3.medium } }\n', 'cluster.yaml')
  if (cluster === undefined) return t.fail('cluster.yaml takes its key', { problems })
  t.match(cluster.machines, { metrics: { instanceType: 't3.medium' } })
  t.match(loadCluster('{}', 'cluster.yaml').cluster?.machines, { metrics: { instanceType: 't3.small' } }, 'with its default')
  t.match(loadCluster('machines: { metrics: { instanceType: big } }\n', 'cluster.yaml').problems, [{ code: 'bad-instance-type' }])
  t.match(
    loadCluster('titus: { packages: { from: /srv, sha256: {} } }\n', 'cluster.yaml')
      .problems.map(({ message }) => message)
      .join('\n'),
    'titus-metrics',
  )

  const name = 'titus-metrics'
  const installedBy = installerOf(name)
  t.equal(installedBy, 'metrics')
  const packages = [...seedInputs.packages, { name, file: `${name}_1_all.deb`, sha256: 'a'.repeat(64), installedBy: [installedBy] }]
  const stack = JSON.parse(JSON.stringify(synthesize(cluster, { ...seedInputs, packages })))
  const { user_data_base64: userData, ...machine } = stack.resource.aws_instance.metrics
  t.match(machine, {
    instance_type: 't3.medium',
    private_ip: '30.0.100.20',
    iam_instance_profile: String,
    vpc_security_group_ids: ['${aws_security_group.titusmaster-mainvpc.id}'],
    subnet_id: '${aws_subnet.private_subnet_1.id}',
    tags: { Name: 'titus-metrics', 'titus-bed:container-host': 'true' },
  })
  const { readGraph } = await load<typeof import('../../../stack/graph/read-graph.ts')>('stack/graph/read-graph.ts')
  t.match(
    readGraph(stack, 'titus', '').machines.find((each) => each.name === 'metrics'),
    { facts: ['t3.medium', '30.0.100.20'], groups: ['titusmaster-mainvpc'], role: 'titusmasterInstanceProfile' },
    'the picture has it',
  )
  const script = Buffer.from(userData, 'base64').toString()
  t.match(script, "GATEWAY_IP='30.0.100.12'")
  t.match(script, `PACKAGES='${'a'.repeat(64)} packages/${name}_1_all.deb'`)
  t.ok(script.endsWith('\nbegin\ninstall_packages\nready\n'))
  t.match(stack.output.metrics_ip, { value: '${aws_instance.metrics.private_ip}' })

  const instances = ['bastion', 'prereqs', 'master', 'gateway', 'metrics'].map((each, index) => ({
    InstanceId: `i-${index}`,
    PrivateIpAddress: `30.0.100.${index}`,
    Tags: [{ Key: 'Name', Value: `titus-${each}` }],
  }))
  const applied = {
    ...seedInputs,
    name: 'titus',
    target: 'lab',
    region: 'eu-west-1',
    access: {},
    outputs: { agent_asg_name: 'titusagent' },
    hostKeys: new Map(),
    identityFile: '/key',
    loginUser: 'admin',
  } as const
  const { hosts } = assembleTestbed(applied, instances)
  t.match(hosts.at(-1), { name: 'metrics', instanceId: 'i-4', route: [{ name: 'bastion' }, { name: 'metrics' }] })

  writeFileSync(join(folder, 'scenario.yaml'), 'scenario: s\nsteps: [{ host: metrics, run: "true" }, { host: metrisc, run: "true" }]\n')
  const loaded = await loadScenarioFiles(['scenario.yaml'], folder)
  t.match(loaded.problems, [
    {
      code: 'unknown-host',
      expected: 'one of bastion, prereqs, master, gateway, metrics, agents[0], agents.all, agents.any, all or local',
    },
  ])
  t.equal(loaded.problems.length, 1)
  t.match(command.arguments?.[0]?.description, 'gateway, metrics, agents[0]')
})
