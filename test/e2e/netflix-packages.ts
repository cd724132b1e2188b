import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './product.ts'

/* Packages that have the names, the versions, the units and the needs of Netflix's own, which nobody here has, filled with the programs of
 * the stand-ins: what is proved is that cluster.yaml, the user data and apt bring such packages to a working testbed. */

/** A package to make: which files of the stand-ins' it takes, and what it has beside them. */
interface Recipe {
  readonly version: string
  readonly depends: string
  readonly from: 'titus-server-master' | 'titus-server-gateway' | 'titus-agent'
  /** Paths of the stand-in's tree that move into this package; absent: all of them. */
  readonly takes?: readonly string[]
  readonly files?: Readonly<Record<string, string>>
  readonly postinst?: string
}

const node = 'nodejs (>= 18)'
/** The files of a stand-in agent's program. */
function program(name: string): readonly string[] {
  return [`opt/titus-agent/bin/${name}`, `opt/titus-agent/lib/${name}.mjs`]
}

/** A unit that does nothing but be there to be seen. */
function idleUnit(description: string, service: string): string {
  return `[Unit]\nDescription=${description}\n\n[Service]\n${service}\n\n[Install]\nWantedBy=multi-user.target\n`
}

const recipes: Readonly<Record<string, Recipe>> = {
  'titus-server-master': { version: '0.0.1-1', depends: node, from: 'titus-server-master' },
  'titus-server-gateway': { version: '0.0.1-1', depends: node, from: 'titus-server-gateway' },
  'titus-executor': {
    version: '20180516.3-1',
    depends: `${node}, mesos, titus-vpc-driver`,
    from: 'titus-agent',
    takes: ['apps/titus-executor'],
    files: { 'apps/titus-executor/bin/tini-static': '#!/bin/sh\nexec "$@"\n' },
  },
  'titus-vpc-driver': {
    version: '20180516.3-1',
    depends: `${node}, iproute2, nftables`,
    from: 'titus-agent',
    takes: [
      ...['titus-metadata-proxy', 'set-network-namespace', 'configure-docker'].flatMap(program),
      'opt/titus-agent/bin/titus-runc',
      'usr/lib/systemd/system/titus-metadata-proxy.service',
    ],
    files: {
      'usr/lib/systemd/system/titus-setup-networking.service': idleUnit(
        'Titus networking',
        'Type=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true',
      ),
    },
    postinst: '/opt/titus-agent/bin/configure-docker >/dev/null\nsystemctl try-restart docker.service',
  },
  // As the one of Mesosphere: it has no unit for the agent of Titus, and starts an agent of its own.
  mesos: {
    version: '1.1.3-2.0.1',
    depends: node,
    from: 'titus-agent',
    takes: program('mesos-agent'),
    files: {
      'usr/sbin/mesos-agent':
        '#!/bin/sh\nset -a\n[ ! -e /etc/environment ] || . /etc/environment\nexec /opt/titus-agent/bin/mesos-agent "$@"\n',
      'usr/lib/libmesos.so': '',
      'usr/lib/systemd/system/mesos-slave.service': idleUnit('Mesos slave', 'ExecStart=/bin/sleep infinity'),
    },
    postinst: 'systemctl enable --now mesos-slave.service',
  },
}

/** Makes the packages in a folder. @returns the checksums of the files, as `titus.packages.sha256` has them */
export function makeNetflixPackages(folder: string): Readonly<Record<string, string>> {
  const made = Object.entries(recipes).map(([name, recipe]) => {
    const tree = join(folder, `${name}.tree`)
    const file = `${name}_${recipe.version}_all.deb`
    fill(tree, name, recipe)
    execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', tree, join(folder, file)], { stdio: 'ignore' })
    rmSync(tree, { recursive: true })
    return [
      file,
      createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest('hex'),
    ] as const
  })
  return Object.fromEntries(made)
}

function fill(tree: string, name: string, { version, depends, from, takes, files = {}, postinst }: Recipe): void {
  const standIns = join(root, 'dist/deb/packages')
  const standIn = readdirSync(standIns).find((file) => file.startsWith(`${from}_`)) ?? from
  const whole = `${tree}.whole`
  mkdirSync(whole, { recursive: true })
  execFileSync('dpkg-deb', ['--extract', join(standIns, standIn), whole])
  if (takes === undefined) renameSync(whole, tree)
  else {
    mkdirSync(tree)
    for (const path of takes)
      cpSync(join(whole, path), join(tree, path), { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
    rmSync(whole, { recursive: true })
  }
  const control = `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: titus-bed <titus-bed@localhost>\nDepends: ${depends}\nDescription: made in a test\n`
  const script = postinst === undefined ? {} : { 'DEBIAN/postinst': `#!/bin/sh\nset -e\n${postinst}\nsystemctl daemon-reload\n` }
  for (const [path, text] of Object.entries({ ...files, ...script, 'DEBIAN/control': control })) {
    mkdirSync(dirname(join(tree, path)), { recursive: true })
    writeFileSync(join(tree, path), text)
    if (text.startsWith('#!')) chmodSync(join(tree, path), 0o755)
  }
  // The umask of who runs the test must not show in the package.
  execFileSync('chmod', ['--recursive', 'go+rX-w', tree])
}
