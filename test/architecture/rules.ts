/** What may import what, as data: the tests beside this file hold it, and the architecture page of the reference prints it. */

/** One place's neighbours. A neighbour that is followed by ` (types)` gives types alone. */
export type Arrows = Readonly<Record<string, readonly string[]>>

/** The parts of the program, each a folder at the root, and the parts that each may import. */
export const parts: Arrows = {
  system: [],
  schemas: ['system'],
  stack: ['system', 'schemas'],
  lab: ['system', 'schemas'],
  runner: ['system', 'schemas'],
  deb: ['system', 'schemas', 'lab (types)'],
  cli: ['system', 'schemas', 'stack', 'lab', 'runner', 'deb'],
  bench: ['system', 'schemas', 'stack', 'lab', 'runner', 'deb', 'cli'],
}

/**
 * The rooms of a part, each a folder in it, and what each may import of its own part: other rooms, and files of the part's root. A file
 * of the root that a room stands on has a line of its own, or imports nothing of its part; the others stand on top, and import all.
 */
export const rooms: Readonly<Record<string, Arrows>> = {
  schemas: {
    'flaw.ts': ['problem.ts'],
    'scenario.ts': ['flaw.ts', 'json.ts', 'problem.ts'],
    yaml: ['json.ts', 'problem.ts'],
    validation: ['yaml', 'flaw.ts', 'json.ts', 'problem.ts', 'testbed.ts', 'duration.ts'],
    language: ['validation', 'yaml', 'duration.ts', 'flaw.ts', 'json.ts', 'problem.ts', 'scenario.ts'],
    'cluster-rules': ['validation', 'yaml', 'cluster.ts', 'json.ts', 'problem.ts'],
  },
  stack: {
    terraform: ['cures.ts', 'durable-file.ts', 'process-identity.ts'],
  },
  lab: {
    bundle: ['lab.ts', 'run-program.ts'],
    registry: [],
    image: ['registry', 'lab.ts'],
    api: ['bundle', 'region-state.ts', 'run-program.ts'],
    metadata: ['region-state.ts'],
    network: ['bundle', 'region-state.ts', 'run-program.ts'],
    machines: ['bundle', 'network', 'lab.ts', 'run-program.ts'],
    doctor: ['api', 'bundle', 'image'],
    region: ['api', 'bundle', 'image', 'machines', 'metadata', 'network', 'registry', 'lab.ts', 'region-state.ts'],
  },
  runner: {
    'step-error.ts': ['hops'],
    'until.ts': ['clock.ts'],
    hops: [],
    expect: ['step-error.ts'],
    steps: ['hops', 'clock.ts', 'step-error.ts', 'until.ts'],
    reporters: ['render-duration.ts', 'report.ts'],
  },
}

/** The packages that only some files may know, the file system and the starting of processes among them. A name that ends in `/` is a folder
 *  with all in it. */
export const packageOwners: Readonly<Record<string, readonly string[]>> = {
  cdktf: ['stack/constructs.ts'],
  constructs: [],
  '@cdktf/provider-aws': ['stack/constructs.ts'],
  yaml: ['schemas/yaml/located-yaml.ts', 'runner/reporters/tap.ts'],
  ajv: ['schemas/validation/validate.ts'],
  zx: ['cli/load-files.ts', 'deb/packaging/build.ts', 'lab/image/shell.ts', 'lab/run-program.ts', 'stack/terraform/run.ts'],
  'node:child_process': [
    'bench/program.ts',
    'bench/steps.ts',
    'cli/commands/ssh.ts',
    'deb/titus-agent/mesos/executor-process.ts',
    'deb/titus-agent/network/kernel.ts',
    'lab/api/start-emulator.ts',
    'lab/bundle/start-bundle.ts',
    'lab/bundle/supervisor.ts',
    'lab/image/cache-lock.ts',
    'lab/machines/payload.ts',
    'lab/run-program.ts',
    'runner/hops/local-machine.ts',
    'stack/process-identity.ts',
  ],
  'node:fs': [
    'deb/packaging/',
    'deb/process/properties.ts',
    'deb/titus-agent/configure-docker.ts',
    'deb/titus-agent/mesos-agent.ts',
    'deb/titus-agent/network/kernel.ts',
    'deb/titus-agent/set-network-namespace.ts',
    'deb/titus-agent/task/host-files.ts',
    'deb/titus-agent/task/record.ts',
    'deb/titus-agent/titus-executor.ts',
    'lab/api/certificates.ts',
    'lab/api/find-python.ts',
    'lab/api/start-api.ts',
    'lab/api/start-emulator.ts',
    'lab/api/start-front.ts',
    'lab/bundle/',
    'lab/doctor/',
    'lab/image/',
    'lab/list-machines.ts',
    'lab/machines/boot-outcome.ts',
    'lab/machines/disk.ts',
    'lab/machines/payload.ts',
    'lab/network/router.ts',
    'lab/region/credentials.ts',
    'lab/region/main.ts',
    'lab/region/open-machine.ts',
    'lab/registry/handler.ts',
    'lab/registry/layout.ts',
    'lab/start-lab.ts',
    'runner/hops/container-machine.ts',
    'runner/hops/remote-command.ts',
    'runner/hops/ssh-connection.ts',
    'runner/journal.ts',
    'runner/steps/copy.ts',
    'runner/steps/files.ts',
    'schemas/validation/schema-file.ts',
    'stack/aws-clients.ts',
    'stack/download.ts',
    'stack/durable-file.ts',
    'stack/key-store.ts',
    'stack/lock.ts',
    'stack/packages.ts',
    'stack/process-identity.ts',
    'stack/terraform.ts',
    'stack/terraform/',
    'stack/user-data.ts',
    'stack/workspace.ts',
    'cli/',
    'bench/',
  ],
}
