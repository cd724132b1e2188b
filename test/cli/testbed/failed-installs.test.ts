import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { tellFailure } from '../../../cli/terminal/tell-failure.ts'
import { waitForBoot } from '../../../cli/testbed/wait-for-boot.ts'
import { bootReportFile } from '../../../schemas/boot-report.ts'
import { buildUserData } from '../../../stack/user-data.ts'
import { seedCluster, seedInputs } from '../../stack/fixtures.ts'
import { exitOf, fakeHops, testbedOn } from '../fake-testbed.ts'
import { recordTerminal } from '../terminal.ts'

/* What the user data makes of an installation that fails, with this computer's own apt and dpkg on a system of one folder, and what `apply` then
 * says and ends with. Each of these was once taken for success. */

const [shared = ''] = buildUserData(seedCluster, seedInputs).bastion.split('# The bastion forwards')

interface Package {
  readonly depends?: string
  readonly preinst?: string
}

/** A system of one folder, on which dpkg and apt have nothing to install from but a package of ours. */
function makeSystem(t: Test, { depends, preinst }: Package = {}) {
  const folder = t.testdir()
  const inside = (path: string) => join(folder, path)
  for (const path of [
    'etc/ssh',
    'root/var/lib/dpkg/info',
    'root/var/lib/dpkg/updates',
    'lists/partial',
    'log',
    'cache/archives/partial',
    'deb/DEBIAN',
  ])
    mkdirSync(inside(path), { recursive: true })
  for (const path of ['status', 'available']) writeFileSync(inside(`root/var/lib/dpkg/${path}`), '')
  const control = ['Package: titus-server-gateway', 'Version: 1.2', 'Architecture: all', 'Maintainer: a <a@b>', 'Description: a']
  writeFileSync(inside('deb/DEBIAN/control'), `${[...control, ...(depends === undefined ? [] : [`Depends: ${depends}`])].join('\n')}\n`)
  if (preinst !== undefined) writeFileSync(inside('deb/DEBIAN/preinst'), `#!/bin/sh\n${preinst}\n`, { mode: 0o755 })
  execFileSync('dpkg-deb', ['--root-owner-group', '--build', inside('deb'), inside('titus-server-gateway_1.2_all.deb')])
  const settings = {
    'Dir::Etc::Main': '/dev/null',
    'Dir::Etc::Parts': '/dev/null',
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State': inside('root/var/lib/apt'),
    'Dir::State::Lists': inside('lists'),
    'Dir::State::status': inside('root/var/lib/dpkg/status'),
    'Dir::Cache': inside('cache'),
    'Dir::Log': inside('log'),
    'APT::Sandbox::User': 'root',
    'DPkg::Options::1': `--root=${inside('root')}`,
    'DPkg::Options::2': '--force-script-chrootless',
  }
  writeFileSync(
    inside('apt.conf'),
    Object.entries(settings)
      .map(([name, value]) => `${name} "${value}";\n`)
      .join(''),
  )
  writeFileSync(inside('systemctl'), '#!/bin/sh\n', { mode: 0o755 })
  return { folder, inside }
}

/** Boots it as the gateway's user data does, and waits for it as `apply` does. */
async function boot({ folder, inside }: ReturnType<typeof makeSystem>) {
  const file = inside('titus-server-gateway_1.2_all.deb')
  const script = `${shared}\nbegin\nneed_runtime '${file}'\napt_install '${file}'\nare_installed '${file}'\nready\n`
    .replaceAll(dirname(bootReportFile), inside('state'))
    .replaceAll('/etc/ssh', inside('etc/ssh'))
    .replaceAll('/var/lib/cloud/instance/', inside('state/'))
    .replaceAll('/dev/console', inside('console'))
    .replace('Lock::Timeout=300', 'Lock::Timeout=1')
  const env = { PATH: `${folder}:${process.env['PATH']}`, APT_CONFIG: inside('apt.conf'), DPKG_ADMINDIR: inside('root/var/lib/dpkg') }
  const { status, stderr } = spawnSync('bash', [], { input: script, env, encoding: 'utf8' })
  const report = readFileSync(inside(`state/${basename(bootReportFile)}`), 'utf8')
  const hops = fakeHops((machine, [program]) =>
    program === 'tail'
      ? exitOf({ stdout: stderr })
      : exitOf({ stdout: machine === 'gateway' ? report : '{"state":"ready","at":"2026-01-01T00:00:00Z"}' }),
  )
  const target = { failedMachine: async () => undefined, readConsole: async () => '' }
  const parts = { openHops: () => hops, deadlineMs: 60_000, pollMs: 1, patienceMs: { 'host-key': 0, login: 0 } }
  const error = await waitForBoot(testbedOn('lab'), target, () => undefined, new AbortController().signal, parts).then(
    () => undefined,
    (caught: unknown) => caught,
  )
  const { terminal, err } = recordTerminal({ columns: 1000 })
  const code = error === undefined ? 0 : await tellFailure(error, terminal, false)
  return { status, code, said: err() }
}

t.test('what can be installed is', async (t) => {
  t.same(await boot(makeSystem(t)), { status: 0, code: 0, said: '' })
})

t.test("a package's own script that fails ends apply with 3, and with dpkg's words and the script's", async (t) => {
  const { status, code, said } = await boot(makeSystem(t, { preinst: 'echo "there is no program \'node\'" >&2\nexit 1' }))
  t.equal(status, 1)
  t.equal(code, 3)
  t.match(said, /^error: the first boot of gateway failed in line \d+: apt-get cannot install \S+titus-server-gateway_1\.2_all\.deb: .*/)
  t.match(said, /dpkg: error processing archive .*titus-server-gateway_1\.2_all\.deb/)
  t.match(said, "there is no program 'node'")
})

t.test('a need that nothing meets ends it so, and is named', async (t) => {
  const system = makeSystem(t, { depends: 'libssl1.0.0, libcurl3' })
  const { code, said } = await boot(system)
  t.equal(code, 3)
  t.match(said, /Depends: libssl1\.0\.0 but it is not installable/)
  t.match(said, /E: Unable to correct problems, you have held broken packages/)
})

t.test('a lock that somebody else holds is waited for, and then named', async (t) => {
  const system = makeSystem(t)
  const lock = system.inside('root/var/lib/dpkg/lock-frontend')
  const hold = `import fcntl, sys\nfile = open(sys.argv[1], 'w')\nfcntl.lockf(file, fcntl.LOCK_EX)\nprint('held', flush=True)\nsys.stdin.read()`
  const holder = spawn('python3', ['-c', hold, lock], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(holder, 'exit')
  await once(holder.stdout, 'data')
  const { code, said } = await boot(system)
  t.equal(code, 3)
  t.match(
    said,
    /apt-get cannot install .*: E: Could not get lock \S+lock-frontend\.? .*held by process \d+|Unable to acquire the dpkg frontend lock/,
  )
  holder.stdin.end()
  await ended
  t.equal((await boot(system)).code, 0, 'and once it is let go, it is installed')
})
