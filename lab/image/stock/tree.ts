import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PackageSource } from '../apt/package-source.ts'
import type { PlannedPackage } from '../apt/plan.ts'
import { unpackUnconfigured } from '../debian/unconfigured.ts'
import { stampAsUpdated } from '../machine/base.ts'
import { essentialPackages } from '../machine/packages.ts'
import { buildTree } from '../machine/trees.ts'
import type { TreeWork } from '../machine/trees.ts'
import { copyFiles, link } from '../place-files.ts'
import { shell } from '../shell.ts'
import { countOf } from '../../../system/count-of.ts'

const files = fileURLToPath(new URL('./files', import.meta.url))
const containerHostFiles = fileURLToPath(new URL('../machine/container-host-files', import.meta.url))
const script = fileURLToPath(new URL('./configure.sh', import.meta.url))

/** What a distribution's cloud image has, as far as a machine without a kernel and a disk of its own can have it: the system, the network, the
 *  log-in, apt and cloud-init. No container engine, no Node.js, no AWS command line. */
const cloudPackages = `
  adduser apt ca-certificates cloud-init curl dbus e2fsprogs iproute2 iputils-ping kmod less libpam-systemd locales netbase netcat-openbsd
  openssh-server procps python3 sudo systemd systemd-sysv tzdata udev`

/** The keys of each distribution, by which its apt knows its servers: the first that there is. */
const keyrings = ['debian-archive-keyring', 'ubuntu-keyring']

const links: Readonly<Record<string, string>> = {
  'etc/systemd/system/multi-user.target.wants/lab-cgroup.service': '../lab-cgroup.service',
  'etc/systemd/system/multi-user.target.wants/systemd-networkd.service': '/lib/systemd/system/systemd-networkd.service',
  // Of a machine that may not change its addresses no interface is networkd's, and this would wait for one.
  'etc/systemd/system/systemd-networkd-wait-online.service': '/dev/null',
}

/** Resolves the packages of a stock machine. */
export async function planStock(source: PackageSource): Promise<readonly PlannedPackage[]> {
  const known = await Promise.all(keyrings.map(async (name) => ((await source.has(name)) ? [name] : [])))
  return source.plan([...essentialPackages, ...cloudPackages.trim().split(/\s+/), ...known.flat().slice(0, 1)])
}

/** Builds the tree of a stock machine, or finds it: the packages' own maintainer scripts make it what it is, which takes some twenty seconds. */
export async function buildStockTree(work: TreeWork, plan: readonly PlannedPackage[]): Promise<string> {
  return buildTree(work, 'stock', [work.recipe, plan], async (tree) => {
    work.progress(`Building the stock machine image from ${countOf(plan.length, 'package')}`)
    await unpackUnconfigured({ source: work.source, plan, tree, signal: work.signal })
    await shell({ signal: work.signal })`unshare --mount --pid --fork --propagation private sh ${script} ${tree}`
    for (const folder of [files, containerHostFiles]) await copyFiles(folder, tree)
    for (const [path, target] of Object.entries(links)) await link(join(tree, path), target)
    // Each machine makes its own host keys and id.
    for (const name of await readdir(join(tree, 'etc/ssh'))) if (name.startsWith('ssh_host_')) await rm(join(tree, 'etc/ssh', name))
    await writeFile(join(tree, 'etc/machine-id'), '')
    await stampAsUpdated(tree)
  })
}
