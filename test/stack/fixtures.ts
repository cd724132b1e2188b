import type { Cluster } from '../../schemas/cluster.ts'
import { machineNames, machineRoles } from '../../schemas/roles/index.ts'
import type { StackInputs } from '../../stack/inputs.ts'
import { makeKeyPair } from '../../stack/keys.ts'

/** The seed deployment, as the shipped cluster.yaml describes it. */
export const seedCluster: Cluster = {
  name: 'titus',
  target: 'lab',
  region: 'eu-west-1',
  image: 'debian-12',
  lab: { image: 'quick' },
  access: { trustedCidr: 'auto', metadata: { tokens: 'required' } },
  network: { cidr: '30.0.0.0/16', public: '30.0.1.0/24', private: '30.0.100.0/24' },
  machines: Object.fromEntries(
    machineNames.map((name) => [name, { instanceType: machineRoles[name].instanceType }]),
  ) as Cluster['machines'],
  agents: { name: 'titusagent', instanceType: 'm4.large', capacity: { min: 1, desired: 1, max: 1 }, volumeGiB: 30 },
  roles: {
    titusmaster: { service: 'ec2', allow: ['*'] },
    titusappwiths3: { allow: ['s3:*'], assumedBy: 'titusmaster' },
    titusappnos3: { allow: ['ec2:*'], assumedBy: 'titusmaster' },
  },
  logBucket: 'titus-log-bucket-{account}',
  titus: { version: '0.1.0-rc.57', agent: 'stand-in', packages: 'lab' },
  matrix: {},
}

/** Inputs with a package for each kind of machine that installs one, and an image for the one that loads it. */
export const seedInputs: StackInputs = {
  account: '123456789012',
  trustedCidr: '203.0.113.1/32',
  publicKey: makeKeyPair('login').publicKey,
  packages: [
    ...(['master', 'gateway', 'agents'] as const).map((installedBy, index) => {
      const name = installedBy === 'agents' ? 'titus-agent' : `titus-server-${installedBy}`
      return { name, file: `${name}_0.1.0_all.deb`, sha256: String(index).repeat(64), installedBy: [installedBy] }
    }),
    { name: 'zookeeper-image', file: 'zookeeper.tar.gz', sha256: '3'.repeat(64), installedBy: ['prereqs'] as const },
  ],
  emulated: true,
}
