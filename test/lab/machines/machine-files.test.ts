import t from 'tap'
import { readMachineLog } from '../../../lab/list-machines.ts'
import { buildMachineFiles } from '../../../lab/machines/machine-files.ts'
import { buildNspawnCommand } from '../../../lab/machines/nspawn.ts'
import { makeAdminKey, writeCredentialsFile } from '../../../lab/region/credentials.ts'
import { clientSettings } from '../../../stack/aws-clients.ts'

const identity = {
  instanceId: 'i-0a',
  address: '30.0.100.12',
  hostName: 'ip-30-0-100-12',
  loginUser: 'admin',
  domain: 'eu-west-1.compute.internal',
  resolver: '30.0.0.2',
}
const files = buildMachineFiles(identity, 'LAB\n', 'DEBIAN\n\n')

/** The text of a file of the machine. */
function textOf(path: string): string {
  return files.find((file) => file.path === path)?.text ?? ''
}

t.test('a machine knows its names and asks the resolver of its VPC', async (t) => {
  t.equal(textOf('etc/hostname'), 'ip-30-0-100-12\n')
  t.match(textOf('etc/hosts'), /^127\.0\.0\.1 localhost\n30\.0\.100\.12 ip-30-0-100-12\.eu-west-1\.compute\.internal ip-30-0-100-12\n$/)
  t.match(textOf('usr/lib/lab/hypervisor-uuid'), /^ec2[0-9a-f]{5}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\n$/, 'as EC2 has it')
  t.equal(textOf('usr/lib/lab/login-user'), 'admin\n')
  t.equal(textOf('etc/cloud/cloud.cfg.d/95_lab-user.cfg'), 'system_info: { default_user: { name: admin } }\n')
  t.equal(textOf('etc/resolv.conf'), 'nameserver 30.0.0.2\nsearch eu-west-1.compute.internal\n')
})

t.test('each machine has an id of its own, the same at every boot', async (t) => {
  t.match(textOf('etc/machine-id'), /^[0-9a-f]{32}\n$/)
  const again = (instanceId: string) => buildMachineFiles({ ...identity, instanceId }, '', '').find(({ path }) => path === 'etc/machine-id')
  t.equal(again('i-0a')?.text, textOf('etc/machine-id'))
  t.not(again('i-0b')?.text, textOf('etc/machine-id'))
  t.equal(again('i-0a')?.mode, 0o444)
})

t.test('the lab is trusted by whatever looks: the list itself, and every library that brings its own', async (t) => {
  t.equal(textOf('etc/ssl/certs/ca-certificates.crt'), 'DEBIAN\nLAB\n')
  t.equal(textOf('usr/local/share/ca-certificates/lab.crt'), 'LAB\n', 'and still when the list is written anew')
  const [list, lab] = ['/etc/ssl/certs/ca-certificates.crt', '/usr/local/share/ca-certificates/lab.crt']
  const variables = { AWS_CA_BUNDLE: lab, NODE_EXTRA_CA_CERTS: lab, REQUESTS_CA_BUNDLE: list, SSL_CERT_FILE: list }
  for (const path of ['etc/environment', 'etc/systemd/system.conf.d/trust.conf', 'etc/ssh/sshd_config.d/trust.conf']) {
    for (const [name, file] of Object.entries(variables)) t.match(textOf(path), `${name}=${file}`, `${path}: ${name}`)
  }
  t.match(textOf('etc/sudoers.d/trust'), `env_keep += "${Object.keys(variables).join(' ')}"`)
})

t.test('no file can be written by others, and sudo takes only what is closed enough', async (t) => {
  for (const { path, mode } of files) {
    t.equal(mode & 0o022, 0, path)
    t.notMatch(path, /^\//, 'relative to its root')
  }
  t.equal(files.find(({ path }) => path === 'etc/sudoers.d/trust')?.mode, 0o440)
})

t.test('only a container host gets what a container engine needs', async (t) => {
  const options = { instanceId: 'i-0a', hostName: 'h', root: '/r', namespace: 'n' }
  const plain = buildNspawnCommand(options)
  t.same(
    plain.filter((word) => /capability|filter|bind/.test(word)),
    ['--bind-ro=+/usr/lib/lab/hypervisor-uuid:/sys/hypervisor/uuid'],
  )
  t.ok(plain.includes('--network-namespace-path=/run/netns/n'))
  t.equal(plain.at(-1), '--directory=/r')
  const host = buildNspawnCommand({ ...options, engine: '/a:b\\c', node: '/usr/bin/node' })
  t.ok(host.includes('--bind=/a\\:b\\\\c:/var/lib/docker'), 'a path that has the signs of the option in it')
  t.ok(host.includes('--bind-ro=/usr/bin/node:/usr/local/bin/node'))
  t.same(
    host.filter((word) => word.startsWith('--capability')),
    ['--capability=CAP_NET_ADMIN'],
  )
})

t.test('the log of a machine is asked for by nothing but an id', async (t) => {
  for (const id of ['../..', 'i-0a/../i-0a', '', 'I-0A']) {
    await t.rejects(readMachineLog(t.testdir({}), id), { name: 'TestbedError', hint: 'titus-bed status' }, id)
  }
  await t.rejects(readMachineLog(t.testdir({}), 'i-0a'), { name: 'TestbedError', message: /does not answer/ })
})

t.test('the keys of a lab are made up anew each time, and read back from the file as AWS tools read them', async (t) => {
  const [key, other] = [makeAdminKey(), makeAdminKey()]
  t.match(key.accessKeyId, /^AKIA[0-9A-F]{16}$/)
  t.not(key.accessKeyId, other.accessKeyId)
  t.not(key.secretAccessKey, other.secretAccessKey)
  t.ok(key.secretAccessKey.length >= 40)
  const credentialsFile = writeCredentialsFile(t.testdir({}), key)
  t.match(clientSettings({ credentialsFile }, 'eu-west-1').credentials, key)
})
