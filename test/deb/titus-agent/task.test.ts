import t from 'tap'
import type { ContainerState } from '../../../deb/titus-agent/docker/container.ts'
import { mergeDaemonSettings } from '../../../deb/titus-agent/docker/daemon-settings.ts'
import { findPullError, nameImage } from '../../../deb/titus-agent/docker/image.ts'
import { findLogFolder, setNetworkNamespace } from '../../../deb/titus-agent/docker/oci-config.ts'
import { buildContainerSpec } from '../../../deb/titus-agent/task/container-spec.ts'
import type { ContainerPlan } from '../../../deb/titus-agent/task/container-spec.ts'
import { bytesOfMiB, describeEnding, describeExcess, describeStartFailure, TaskRefusedError } from '../../../deb/titus-agent/task/ending.ts'
import { BadEntryPointError, splitEntryPoint } from '../../../deb/titus-agent/task/entry-point.ts'
import { buildEnvironment } from '../../../deb/titus-agent/task/environment.ts'
import { findCaBundle, renderProfile } from '../../../deb/titus-agent/task/host-files.ts'
import { makeTask } from './task-info.ts'

t.test('an entry point is joined by spaces and split as a shell splits words', async (t) => {
  const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
    [[], []],
    [
      ['/bin/sleep', '1h'],
      ['/bin/sleep', '1h'],
    ],
    [
      ['sh', '-c', 'echo a b'],
      ['sh', '-c', 'echo', 'a', 'b'],
    ],
    [
      ['sh', '-c', '"echo a b"'],
      ['sh', '-c', 'echo a b'],
    ],
    [[`a 'b "c' d\\ e ""`], ['a', 'b "c', 'd e', '']],
    [['"a\\"b\\n"'], ['a"b\\n']],
  ]
  for (const [given, wanted] of cases) t.same(splitEntryPoint(given), wanted, JSON.stringify(given))
  for (const bad of ['"a', "'a", 'a\\']) t.throws(() => splitEntryPoint([bad]), BadEntryPointError, bad)
})

t.test('the environment: constants, what the host hands on, the task, the executor', async (t) => {
  const host = { NETFLIX_ACCOUNT: 'no-one', NETFLIX_STACK: 'main', EC2_REGION: '', HOME: '/root', TITUS_REGISTRY: 'docker.io' }
  t.same(buildEnvironment(makeTask(), '30.0.100.55', host), {
    NETFLIX_APPUSER: 'appuser',
    EC2_DOMAIN: 'amazonaws.com',
    AWS_METADATA_SERVICE_TIMEOUT: '5',
    AWS_METADATA_SERVICE_NUM_ATTEMPTS: '3',
    NETFLIX_ACCOUNT: 'no-one',
    TITUS_STACK: 'main',
    TITUS_TASK_ID: '8AD0dccc',
    TITUS_TASK_INSTANCE_ID: 'instance',
    MINE: 'a b',
    TITUS_IAM_ROLE: 'arn:aws:iam::123456789012:role/app',
    EC2_LOCAL_IPV4: '30.0.100.55',
    TITUS_REDIRECT_STDOUT: '/logs/stdout',
    TITUS_REDIRECT_STDERR: '/logs/stderr',
    TITUS_UNIX_CB_PATH: '/titus-executor-sockets/8AD0dccc-657f-419a-b67e-33f886aee567.sock',
    TITUS_CONFIRM: 'true',
  })
  const withCa = buildEnvironment(makeTask(), '1.2.3.4', {}, '/ca.crt')
  for (const name of ['AWS_CA_BUNDLE', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS']) t.equal(withCa[name], '/ca.crt', name)
})

const plan: ContainerPlan = {
  task: makeTask(),
  image: 'alpine:latest',
  imageCommand: { entryPoint: [], command: [] },
  address: '30.0.100.55',
  environment: { A: 'b c' },
  binds: ['/x:/logs'],
  executorPid: 42,
  hasInit: true,
}

t.test('the container: name, labels, limits, network of its own', async (t) => {
  t.same(buildContainerSpec(plan), {
    Image: 'alpine:latest',
    Hostname: '8ad0dccc-657f-419a-b67e-33f886aee567',
    Env: ['A=b c'],
    Entrypoint: ['/bin/sleep', '1h'],
    Labels: {
      'titus.executor.pid': '42',
      'titus.task_id': '8AD0dccc-657f-419a-b67e-33f886aee567',
      'ec2.iam.role': 'arn:aws:iam::123456789012:role/app',
      TITUS_TASK_INSTANCE_ID: 'instance',
      'titus.vpc.ipv4': '30.0.100.55',
      'titus.net.ipv4': '30.0.100.55',
    },
    HostConfig: {
      Runtime: 'titus-runc',
      NetworkMode: 'none',
      Init: true,
      Memory: 512 * 1024 * 1024,
      MemorySwap: 512 * 1024 * 1024,
      CpuShares: 150,
      PidsLimit: 1024,
      Binds: ['/x:/logs'],
      ExtraHosts: ['8ad0dccc-657f-419a-b67e-33f886aee567:30.0.100.55'],
    },
  })
  const none = { ...plan, task: makeTask({ entryPoint: [] }) }
  t.throws(() => buildContainerSpec(none), new TaskRefusedError('Image, and job have no entrypoint, or command'))
  t.notOk('Entrypoint' in buildContainerSpec({ ...none, imageCommand: { entryPoint: [], command: ['nginx'] } }), "the image's own stays")
  t.throws(() => buildContainerSpec({ ...plan, task: makeTask({ entryPoint: ['"'] }) }), { message: /^Bad entry point : / })
})

t.test('endings in the words of the executor', async (t) => {
  const state: ContainerState = { Running: false, OOMKilled: false, ExitCode: 0, Error: '', Status: 'exited' }
  t.same(describeEnding('T', state, false), { state: 'TASK_FINISHED', message: 'finished' })
  t.same(describeEnding('T', { ...state, ExitCode: 3 }, false), { state: 'TASK_FAILED', message: 'exited with code 3' })
  t.same(describeEnding('T', { ...state, ExitCode: 137 }, false), { state: 'TASK_FAILED', message: 'killed with signal 9' })
  t.same(describeEnding('T', { ...state, ExitCode: 137, OOMKilled: true }, false), {
    state: 'TASK_FAILED',
    message: 'T exited due to OOMKilled',
  })
  t.same(describeEnding('T', { ...state, ExitCode: 143 }, true), { state: 'TASK_KILLED', message: 'killed' })
  const failure = describeExcess(makeTask({ taskId: 'T', diskMB: 1024 }), 1025.5 * bytesOfMiB)
  t.equal(failure, 'T exited due to disk usage: 1026 MB written, diskMB is 1024')
  t.same(describeEnding('T', { ...state, ExitCode: 137 }, false, failure), { state: 'TASK_FAILED', message: failure })
  t.same(describeEnding('T', { ...state, ExitCode: 137 }, true, failure), { state: 'TASK_KILLED', message: 'killed' })
  t.equal(describeStartFailure(new TaskRefusedError('no'), false).state, 'TASK_FAILED')
  t.equal(describeStartFailure(new Error('docker is away'), false).state, 'TASK_LOST')
  t.equal(describeStartFailure(new Error('aborted'), true).state, 'TASK_KILLED')
})

t.test('images, as they are pulled and as they are shown', async (t) => {
  t.same(nameImage('docker.io', 'nginx:stable'), { pull: 'docker.io/nginx:stable', shown: 'nginx:stable' })
  t.same(nameImage('registry:5000/', 'a/b@sha256:0'), { pull: 'registry:5000/a/b@sha256:0', shown: 'registry:5000/a/b@sha256:0' })
  t.equal(findPullError('{"status":"Pulling"}\r\n{"status":"Done"}'), undefined)
  t.match(findPullError('{"status":"Pulling"}\r\n{"error":"manifest unknown"}\r\n'), /manifest unknown/)
})

t.test("docker's configuration keeps what it had", async (t) => {
  const fresh = mergeDaemonSettings('', '/r')
  t.equal(fresh.action, 'restart')
  t.same(JSON.parse(fresh.text), { iptables: false, ip6tables: false, runtimes: { 'titus-runc': { path: '/r' } } })
  t.same(mergeDaemonSettings(fresh.text, '/r'), { text: fresh.text, action: 'nothing' }, 'twice is once')
  const own = mergeDaemonSettings('{"iptables":true,"bridge":"none","runtimes":{"x":{"path":"/x"}}}', '/r')
  t.equal(own.action, 'reload')
  t.same(JSON.parse(own.text), {
    iptables: true,
    ip6tables: false,
    bridge: 'none',
    runtimes: { x: { path: '/x' }, 'titus-runc': { path: '/r' } },
  })
  t.throws(() => mergeDaemonSettings('{', '/r'), SyntaxError)
})

t.test('a container is put into the namespace that was made for it', async (t) => {
  const text = '{"ociVersion":"1","linux":{"cgroupsPath":"x","namespaces":[{"type":"mount"},{"type":"network"}]}}'
  const wanted = {
    ociVersion: '1',
    linux: { cgroupsPath: 'x', namespaces: [{ type: 'mount' }, { type: 'network', path: '/run/netns/1' }] },
  }
  t.same(JSON.parse(setNetworkNamespace(text, '/run/netns/1')), wanted)
  t.equal(findLogFolder(text), undefined)
  t.equal(findLogFolder('{"mounts":[{"destination":"/data","source":"/x/data"},{"destination":"/logs","source":"/x/logs"}]}'), '/x/logs')
})

t.test('files of the host', async (t) => {
  t.equal(findCaBundle('PATH=/bin\n'), undefined, 'on AWS nothing is set')
  t.equal(findCaBundle('A=b\nAWS_CA_BUNDLE="/etc/ca.crt"\n'), '/etc/ca.crt')
  t.equal(renderProfile({ A: "it's", '1bad': 'x' }), "export A='it'\\''s'\n")
})
