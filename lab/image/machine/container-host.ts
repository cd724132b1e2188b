import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addGroup } from '../debian/accounts.ts'
import { trimAwsCli } from '../aws-cli.ts'
import { copyFiles, link } from '../place-files.ts'

const files = fileURLToPath(new URL('./container-host-files', import.meta.url))

/** Programs of docker.io and containerd that nothing here calls: 70 MB. tar patterns. */
export const unusedEngineParts: readonly string[] = [
  ...['ctr', 'containerd-shim', 'containerd-shim-runc-v1', 'containerd-stress', 'docker-proxy'].map((name) => `./usr/bin/${name}`),
  ...['dnet', 'ovrouter', 'docker-proxy'].map((name) => `./usr/sbin/${name}`),
]

const links: Readonly<Record<string, string>> = {
  'etc/systemd/system/multi-user.target.wants/containerd.service': '/lib/systemd/system/containerd.service',
  'etc/systemd/system/multi-user.target.wants/docker.service': '/lib/systemd/system/docker.service',
  'etc/systemd/system/multi-user.target.wants/lab-cgroup.service': '../lab-cgroup.service',
  'etc/systemd/system/sockets.target.wants/docker.socket': '/lib/systemd/system/docker.socket',
}

/** What update-alternatives makes of the package iptables. */
const alternatives = ['iptables', 'iptables-save', 'iptables-restore', 'ip6tables', 'ip6tables-save', 'ip6tables-restore']

/** Number of the group `docker`: a system group that no package of the base takes. */
const dockerGroup = 900

/**
 * Finishes the layer of a container host: units enabled, the group `docker`, the engine without a network of its own.
 *
 * @param layer  packages of `containerHostPackages`, unpacked; changed in place
 * @param base   the configured tree that the layer lies upon
 */
export async function configureContainerHost(layer: string, base: string): Promise<void> {
  await copyFiles(files, layer)
  for (const [path, target] of Object.entries(links)) await link(join(layer, path), target)
  for (const name of alternatives) {
    if (existsSync(join(layer, `usr/sbin/${name.replace('tables', 'tables-nft')}`)))
      await link(join(layer, 'usr/sbin', name), name.replace('tables', 'tables-nft'))
  }
  // A folder of a package's own would hide the base's link to /run.
  for (const path of ['var/run', 'var/lock', 'run', 'tmp']) await rm(join(layer, path), { recursive: true, force: true })
  await writeGroups(layer, base)
  await trimAwsCli(layer)
}

async function writeGroups(layer: string, base: string): Promise<void> {
  const read = async (name: string): Promise<string> => readFile(join(base, 'etc', name), 'utf8')
  const accounts = { passwd: '', shadow: '', group: await read('group'), gshadow: await read('gshadow') }
  const { group, gshadow } = addGroup(accounts, 'docker', dockerGroup, [])
  for (const name of ['group', 'gshadow']) await copyFile(join(base, 'etc', name), join(layer, 'etc', name))
  await writeFile(join(layer, 'etc/group'), group)
  await writeFile(join(layer, 'etc/gshadow'), gshadow)
}
