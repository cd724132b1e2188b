import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, readlink, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { isSelfContained } from '../../../deb/images/mesos-master.ts'
import { containerImages } from '../../../deb/images/index.ts'
import { buildPackages } from '../../../deb/packaging/build.ts'
import { packages } from '../../../deb/packaging/packages.ts'

const run = promisify(execFile)
const out = await mkdtemp(join(tmpdir(), 'packages-'))
t.teardown(() => rm(out, { recursive: true }))
const built = await buildPackages(join(out, 'a'))
function debOf(name: string): string {
  return join(out, 'a', `${name}_0.1.0~rc.57-1_all.deb`)
}

t.test('the same sources give the same bytes, whatever the umask', async (t) => {
  const before = process.umask(0o077)
  t.teardown(() => process.umask(before))
  t.same(await buildPackages(join(out, 'b')), built)
  t.same(JSON.parse(await readFile(join(out, 'a', 'packages.json'), 'utf8')), built)
  for (const { file, sha256 } of built) {
    const bytes = await readFile(join(out, 'a', file))
    t.equal(createHash('sha256').update(bytes).digest('hex'), sha256, file)
  }
})

t.test('what is in them', async (t) => {
  for (const { name, units, programs } of packages) {
    const fields = (await run('dpkg-deb', ['--field', debOf(name), 'Package', 'Version', 'Architecture'])).stdout
    t.same(fields, `Package: ${name}\nVersion: 0.1.0~rc.57-1\nArchitecture: all\n`)
    const lines = (await run('dpkg-deb', ['--contents', debOf(name)])).stdout.trim().split('\n')
    t.ok(
      lines.every((line) => / root\/root /.test(line) && line.includes(' 2018-04-23 ')),
      `${name}: owner and time`,
    )
    for (const unit of units)
      t.ok(
        lines.some((line) => line.startsWith('-rw-r--r--') && line.endsWith(`./usr/lib/systemd/system/${unit}`)),
        unit,
      )
    for (const program of programs)
      t.ok(
        lines.some((line) => line.startsWith('-rwxr-xr-x') && line.endsWith(`/lib/${program.name}.mjs`)),
        program.name,
      )
  }
})

t.test('the programs start on plain node and say what they miss', async (t) => {
  const tree = join(out, 'tree')
  for (const { name } of packages) await run('dpkg-deb', ['--extract', debOf(name), tree])
  t.equal(await readlink(join(tree, 'opt/titus-agent/bin/mesos-agent')), '../lib/mesos-agent.mjs')
  const refusal = async (path: string, env: NodeJS.ProcessEnv = {}) =>
    run(join(tree, path), [], { env: { PATH: process.env['PATH'], ...env }, timeout: 20_000 }).then(
      () => 'started',
      (error: { code: number; stderr: string }) => `${error.code} ${error.stderr.trim()}`,
    )
  t.equal(await refusal('opt/titus-agent/bin/mesos-agent'), '1 MESOS_MASTER is not set')
  t.match(await refusal('opt/titus-server-gateway/bin/titus-server-gateway'), /^1 /)
  t.match(await refusal('opt/titus-server-master/bin/titus-server-master'), /^1 /)
  const metatron = await refusal('apps/titus-executor/bin/titus-executor')
  t.equal(metatron, '1 Cannot create Titus executor: Failed to initialize Metatron trust store: lstat /metatron: no such file or directory')
  t.match(await refusal('apps/titus-executor/bin/run'), /TITUS_LOG_BUCKET: is not set: see \/etc\/profile\.d\/titus_environment\.sh/)
})

t.test('dpkg installs and removes them', async (t) => {
  const root = join(out, 'root')
  const admin = join(root, 'var/lib/dpkg')
  await mkdir(join(admin, 'info'), { recursive: true })
  await mkdir(join(admin, 'updates'), { recursive: true })
  await run('touch', [join(admin, 'status')])
  const dpkg = (...args: string[]) =>
    run('dpkg', [`--root=${root}`, '--force-not-root', '--force-script-chrootless', '--force-depends', '--log=/dev/null', ...args], {
      timeout: 60_000,
    })
  for (const { name, programs, state = [] } of packages) {
    await dpkg('--install', debOf(name))
    await dpkg('--install', debOf(name))
    for (const program of programs) t.ok((await stat(join(root, program.folder, 'bin', program.name))).isFile(), program.name)
    t.equal((await dpkg('--verify', name)).stdout, '', 'checksums of its files')
    for (const path of state) await mkdir(join(root, path, 'x'), { recursive: true })
    await dpkg('--remove', name)
    await t.rejects(stat(join(root, `opt/${name}`)), { code: 'ENOENT' })
    for (const path of state) t.ok((await stat(join(root, path))).isDirectory(), 'a removal keeps what was written')
    await dpkg('--purge', name)
    for (const path of state) await t.rejects(stat(join(root, path)), { code: 'ENOENT' })
  }
})

t.test('the images of prereqs', async (t) => {
  const [zookeeper, mesos] = containerImages(join(out, 'a'))
  t.same(zookeeper?.names, ['jplock/zookeeper:3.4.10'])
  t.same(mesos?.names, ['mesosphere/mesos-master:1.0.1-2.0.93.ubuntu1404'])
  const copied = mesos?.layers.flatMap((layer) => Object.values(layer.files ?? {}).flatMap((file) => file.copyOf ?? [])) ?? []
  for (const path of copied) t.ok((await stat(path)).isFile(), path)
  const script = zookeeper?.layers.at(-1)?.files?.['opt/zookeeper/bin/zkServer.sh']?.text ?? ''
  t.match(script, /-cp \/usr\/share\/java\/zookeeper\.jar:/)
  t.notOk(
    zookeeper?.layers.some((layer) => layer.exclude?.some((pattern) => /[{}]/.test(pattern))),
    'tar knows no braces',
  )
  t.ok(isSelfContained({ variables: { node_shared_openssl: false, node_shared: false }, glibcVersion: '2.36' }))
  t.notOk(isSelfContained({ variables: { node_shared_openssl: true }, glibcVersion: '2.36' }), "a distribution's node")
  t.notOk(isSelfContained({ variables: {} }), 'musl')
})
