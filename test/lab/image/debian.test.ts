import { mkdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { buildAptConfiguration } from '../../../lab/image/apt/configuration.ts'
import { openPackageSource } from '../../../lab/image/apt/package-source.ts'
import { parseRelations, selectClosure } from '../../../lab/image/apt/closure.ts'
import { resolveTogether } from '../../../lab/image/apt/resolve-together.ts'
import { archiveName, parseUris, planAbove } from '../../../lab/image/apt/plan.ts'
import type { PlannedPackage } from '../../../lab/image/apt/plan.ts'
import { addGroup, buildAccounts } from '../../../lab/image/debian/accounts.ts'
import { installPackages } from '../../../lab/image/debian/install.ts'
import { buildStatus, noteName, splitStanzas } from '../../../lab/image/debian/status.ts'
import { shell } from '../../../lab/image/shell.ts'
import { unpackUnconfigured } from '../../../lab/image/debian/unconfigured.ts'
import { parseMembers } from '../../../lab/image/debian/unpack.ts'

const signal = AbortSignal.timeout(500_000)
const source = await openPackageSource(join(t.testdir(), 'apt'), { progress: () => undefined, signal })

t.test('packages that are resolved at one stroke are those that apt chooses for each, and apt is asked once', async (t) => {
  const asked: (readonly string[])[] = []
  const plan = async (packages: readonly string[]): Promise<readonly PlannedPackage[]> => {
    asked.push(packages)
    return source.plan(packages)
  }
  const together = resolveTogether({ ...source, plan }, ['sudo', 'curl', 'sudo'])
  const sorted = (items: readonly PlannedPackage[]): readonly string[] => items.map(archiveName).toSorted((a, b) => a.localeCompare(b))
  for (const name of ['sudo', 'curl']) t.same(sorted(await together.plan([name])), sorted(await source.plan([name])), name)
  t.same(asked, [['sudo', 'curl']])
  t.same(await together.plan(['curl', 'jq']), await source.plan(['curl', 'jq']), 'what nobody told of is not left out')
  t.same(asked.slice(1), [['curl', 'jq']])
})

t.test('the private configuration keeps how servers are reached and drops hooks and folders', (t) => {
  const text = buildAptConfiguration(
    [
      'Acquire::http::Proxy "http://proxy.example:3128";',
      'Acquire::Retries "3";',
      'Acquire::Languages "de";',
      'APT::Architecture "amd64";',
      'APT::Update::Post-Invoke:: "rm -f /var/cache/apt/archives/*.deb";',
      'Dir::Etc::trusted "trusted.gpg";',
      'Dir::Etc::parts "apt.conf.d";',
      'Dir::Cache::pkgcache "";',
      'DPkg::Post-Invoke:: "reboot";',
    ].join('\n'),
    { lists: '/l', cache: '/c', archives: '/a', status: '/s' },
  )
  const lines = text.split('\n')
  t.ok(lines.includes('Acquire::http::Proxy "http://proxy.example:3128";'))
  t.ok(lines.includes('Acquire::Retries "3";'))
  t.ok(lines.includes('Dir::Etc::trusted "trusted.gpg";'))
  t.ok(lines.includes('Dir::Etc::Parts "/dev/null";'))
  t.ok(lines.includes('Dir::State::Lists "/l";'))
  t.ok(lines.includes('Acquire::Languages "none";'))
  t.notMatch(text, /Invoke|apt\.conf\.d|"de"/)
  t.end()
})

t.test('a plan is read from what apt would fetch', (t) => {
  const plan = parseUris(
    [
      'Reading package lists...',
      'The following NEW packages will be installed:',
      "'http://mirror.example/debian/pool/main/g/glibc/libc6_2.36-9%2bdeb12u14_amd64.deb' libc6_2.36-9+deb12u14_amd64.deb 2759320 MD5Sum:8d98",
      "'http://x/openssh-server_9.2p1-2%2bdeb12u6_amd64.deb' openssh-server_1%3a9.2p1-2+deb12u6_amd64.deb 456000 SHA256:00",
      "'file:/srv/netbase_6.4_all.deb' netbase_6.4_all.deb 12 ",
    ].join('\n'),
  )
  t.same(plan, [
    { name: 'libc6', version: '2.36-9+deb12u14', architecture: 'amd64' },
    { name: 'openssh-server', version: '1:9.2p1-2+deb12u6', architecture: 'amd64' },
    { name: 'netbase', version: '6.4', architecture: 'all' },
  ])
  t.equal(archiveName(plan[1]!), 'openssh-server_1%3a9.2p1-2+deb12u6_amd64.deb')
  t.end()
})

t.test('relations are groups of alternatives without versions and architectures', (t) => {
  t.same(parseRelations('libc6 (>= 2.36), awk:any | mawk (>= 1), x [amd64 !i386]'), [['libc6'], ['awk', 'mawk'], ['x']])
  t.same(parseRelations(''), [])
  t.end()
})

t.test('the closure of some packages of a plan is what they need of it', (t) => {
  const item = (name: string, fields = ''): PlannedPackage => ({
    name,
    version: '1',
    architecture: 'all',
    control: `Package: ${name}\n${fields}`,
  })
  const plan = [
    item('libc6'),
    item('mawk', 'Provides: awk\nPre-Depends: libc6 (>= 2)'),
    item('gawk', 'Provides: awk'),
    item('base-files', 'Depends: awk'),
    item('bash', 'Depends: base-files, absent | libc6\nPre-Depends: libc6'),
    item('loop', 'Depends: pool'),
    item('pool', 'Depends: loop'),
  ]
  const names = (of: readonly PlannedPackage[]): readonly string[] => of.map(({ name }) => name)
  t.same(names(selectClosure(plan, ['bash'])), ['libc6', 'mawk', 'base-files', 'bash'])
  t.same(names(selectClosure(plan, ['gawk', 'base-files'])), ['gawk', 'base-files'], 'what is chosen already meets a dependency')
  t.same(names(selectClosure(plan, ['loop', 'unknown'])), ['loop', 'pool'])
  t.same(names(planAbove(selectClosure(plan, ['bash', 'loop']), selectClosure(plan, ['bash']))), ['loop', 'pool'])
  t.end()
})

t.test('a status file says installed, keeps dependencies, drops what only lists have', (t) => {
  const stanzas = splitStanzas(
    'Package: libc6\nVersion: 2\nArchitecture: amd64\nMulti-Arch: same\nDepends: libgcc-s1\nFilename: pool/x.deb\nSHA256: 00\nDescription: C\n more\n .\n text\n\n\nPackage: curl\nArchitecture: amd64\nVersion: 7\n',
  )
  t.equal(stanzas.length, 2)
  t.same(stanzas.map(noteName), ['libc6:amd64', 'curl'])
  t.equal(
    buildStatus(stanzas),
    'Package: libc6\nStatus: install ok installed\nVersion: 2\nArchitecture: amd64\nMulti-Arch: same\nDepends: libgcc-s1\nDescription: C\n more\n .\n text\n\nPackage: curl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 7\n',
  )
  t.end()
})

t.test('accounts: nobody has a password, nobody that logs in is locked, groups gain members', (t) => {
  const accounts = buildAccounts('root:*:0:0:root:/root:/bin/sh\nwww-data:*:33:33::/var/www:/bin/sh\n', 'root:*:0:\nadm:*:4:syslog\n')
  t.equal(accounts.passwd, 'root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/var/www:/bin/sh\n')
  t.match(accounts.shadow, /^root:\*:\d+:/)
  const added = addGroup(addGroup(accounts, 'docker', 900, ['ubuntu']), 'adm', 4, ['ubuntu'])
  t.match(added.group, /^docker:x:900:ubuntu$/m)
  t.match(added.group, /^adm:x:4:syslog,ubuntu$/m)
  t.match(added.gshadow, /^adm:\*::ubuntu$/m)
  t.end()
})

t.test('names of members are told as dpkg lists them', (t) => {
  t.same(parseMembers('./\n./usr/\n./usr/bin/curl\ntar: some warning\n'), ['/.', '/usr', '/usr/bin/curl'])
  t.end()
})

t.test('a tree of real packages is a system whose dpkg accepts it', async (t) => {
  const folder = t.testdir()
  const plan = await source.plan([
    'base-files',
    'base-passwd',
    'bash',
    'coreutils',
    'dash',
    'diffutils',
    'dpkg',
    'libc-bin',
    'tar',
    'netbase',
  ])
  const tree = join(folder, 'tree')
  await mkdir(tree)
  await installPackages({ source, plan, tree, signal })
  const read = async (name: string): Promise<string> => readFile(join(tree, 'usr/share/base-passwd', name), 'utf8')
  for (const [name, text] of Object.entries(buildAccounts(await read('passwd.master'), await read('group.master')))) {
    await writeFile(join(tree, 'etc', name), text)
  }
  const inside = shell({ env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' } })
  t.match((await inside`chroot ${tree} dpkg -s netbase`).stdout, 'Status: install ok installed')
  t.match((await inside`chroot ${tree} dpkg-query -S /etc/services`).stdout, /^netbase:/)
  t.match((await inside`chroot ${tree} id -un 33`).stdout, 'www-data')

  const own = join(folder, 'own')
  await mkdir(join(own, 'DEBIAN'), { recursive: true })
  await mkdir(join(own, 'opt/own'), { recursive: true })
  await writeFile(join(own, 'opt/own/file'), 'own\n')
  await writeFile(
    join(own, 'DEBIAN/control'),
    'Package: own\nVersion: 1\nArchitecture: all\nMaintainer: A <a@example.org>\nDepends: netbase, bash\nDescription: own\n',
  )
  await inside`dpkg-deb --build --root-owner-group ${own} ${join(tree, 'own.deb')}`
  await inside`chroot ${tree} dpkg --install /own.deb`
  t.equal(await readFile(join(tree, 'opt/own/file'), 'utf8'), 'own\n')
  await inside`chroot ${tree} dpkg --remove own`
  await t.rejects(readFile(join(tree, 'opt/own/file')))
})

t.test('packages that are unpacked only are what dpkg can configure', async (t) => {
  const tree = t.testdir()
  const plan = (await source.plan(['netbase', 'base-passwd', 'mawk'])).filter(({ name }) =>
    ['netbase', 'base-passwd', 'mawk'].includes(name),
  )
  await unpackUnconfigured({ source, plan, tree, signal })
  const inside = shell({ nothrow: true, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' } })
  const states = (
    await inside`dpkg-query --admindir=${join(tree, 'var/lib/dpkg')} --show --showformat=${'${Package} ${db:Status-Abbrev}\\n'}`
  ).stdout
  t.equal(states, 'base-passwd iU \nmawk iU \nnetbase iU \n')
  t.match(await readFile(join(tree, 'var/lib/dpkg/info/netbase.list'), 'utf8'), /^\/etc\/services$/m)
  t.match(await readFile(join(tree, 'var/lib/dpkg/info/mawk.postinst'), 'utf8'), /update-alternatives/)
  t.match(await readFile(join(tree, 'etc/passwd'), 'utf8'), /^www-data:/m)
  const { stdout } = await inside`dpkg --admindir=${join(tree, 'var/lib/dpkg')} --audit`
  t.match(stdout, /have been unpacked but not yet configured/)
})

t.test('an archive that was cut short is fetched anew', async (t) => {
  const plan = (await source.plan(['netbase'])).filter(({ name }) => name === 'netbase')
  const [archive = ''] = await source.download(plan)
  const { size } = await stat(archive)
  await truncate(archive, 100)
  await source.download(plan)
  t.equal((await stat(archive)).size, size)
})

t.test('an unknown package is told by name, with what to do', async (t) => {
  t.equal(await source.has('titus-bed-no-such-package'), false)
  t.equal(await source.has('bash'), true)
  await t.rejects(source.plan(['titus-bed-no-such-package']), {
    name: 'TestbedError',
    message: /titus-bed-no-such-package/,
    hint: /apt-get update/,
  })
})
