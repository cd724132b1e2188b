import { chmod, chown, cp, mkdir, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { shell } from '../shell.ts'
import { buildAccounts } from '../debian/accounts.ts'
import { copyFiles, link } from '../place-files.ts'

const files = fileURLToPath(new URL('./base-files', import.meta.url))

/** Folders that the maintainer script of base-files makes, with their modes. */
const folders: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    ['boot', 'dev', 'etc/opt', 'etc/profile.d', 'home', 'media', 'mnt', 'opt', 'proc', 'run', 'run/lock', 'srv', 'sys'].map((path) => [
      path,
      0o755,
    ]),
  ),
  ...Object.fromEntries(
    ['usr/local/bin', 'usr/local/sbin', 'usr/local/lib', 'var/local', 'var/opt', 'var/log'].map((path) => [path, 0o755]),
  ),
  root: 0o700,
  tmp: 0o1777,
  'var/tmp': 0o1777,
  'var/mail': 0o2775,
}

/** Links that update-alternatives and maintainer scripts make. */
const links: Readonly<Record<string, string>> = {
  'etc/localtime': '/usr/share/zoneinfo/UTC',
  'etc/mtab': '/proc/self/mounts',
  'etc/systemd/system/default.target': '/lib/systemd/system/multi-user.target',
  'etc/systemd/system/multi-user.target.wants/lab-init.service': '../lab-init.service',
  'etc/systemd/system/multi-user.target.wants/ssh.service': '/lib/systemd/system/ssh.service',
  'usr/bin/awk': 'mawk',
  'usr/bin/nc': 'nc.openbsd',
  'usr/bin/pager': 'less',
  'usr/bin/sh': 'dash',
  'usr/bin/which': 'which.debianutils',
  'var/lock': '/run/lock',
  'var/run': '/run',
}

/**
 * Makes a bootable machine of an unpacked tree: what the maintainer scripts would have done, a boot without the units that a machine
 * of the lab has no use for, and the first-boot service.
 *
 * @param tree  packages of `basePackages`, unpacked; changed in place
 */
export async function configureBase(tree: string, signal: AbortSignal): Promise<void> {
  const inside = (path: string): string => join(tree, path)
  for (const [path, mode] of Object.entries(folders)) {
    await mkdir(inside(path), { recursive: true })
    await chmod(inside(path), mode)
  }
  await copyFiles(files, tree)
  await chmod(inside('usr/lib/lab/lab-init'), 0o755)
  for (const [path, target] of Object.entries(links)) await link(inside(path), target)
  await copyDefaults(tree)
  await writeCertificates(tree)
  await trimBoot(tree)
  await writeAccounts(tree, signal)
  await shell({ signal })`chroot ${tree} /sbin/ldconfig`
}

async function copyDefaults(tree: string): Promise<void> {
  const copies: readonly (readonly [string, string])[] = [
    ['usr/share/base-files/profile', 'etc/profile'],
    ['usr/share/base-files/dot.bashrc', 'root/.bashrc'],
    ['usr/share/base-files/dot.profile', 'root/.profile'],
    ['usr/share/openssh/sshd_config', 'etc/ssh/sshd_config'],
  ]
  for (const [from, to] of copies) {
    if (existsSync(join(tree, from)) && !existsSync(join(tree, to))) await cp(join(tree, from), join(tree, to))
  }
}

async function writeCertificates(tree: string): Promise<void> {
  const folder = join(tree, 'usr/share/ca-certificates/mozilla')
  const names = (await readdir(folder)).filter((name) => name.endsWith('.crt')).toSorted()
  const texts = await Promise.all(names.map(async (name) => readFile(join(folder, name), 'utf8')))
  await mkdir(join(tree, 'etc/ssl/certs'), { recursive: true })
  await writeFile(join(tree, 'etc/ssl/certs/ca-certificates.crt'), texts.join(''))
}

async function readLines(path: string): Promise<readonly string[]> {
  return (await readFile(new URL(path, import.meta.url), 'utf8')).trim().split('\n')
}

async function trimBoot(tree: string): Promise<void> {
  const units = join(tree, 'etc/systemd/system')
  for (const name of ['timers.target.wants', 'getty.target.wants']) await rm(join(units, name), { recursive: true, force: true })
  for (const unit of await readLines('./masked-units.txt')) await link(join(units, unit), '/dev/null')
  // A generator runs at every boot and whenever systemd reads its units again; these look for what a machine of the lab cannot have.
  const generators = join(tree, 'etc/systemd/system-generators')
  for (const name of await readLines('./masked-generators.txt')) await link(join(generators, name), '/dev/null')
  // Each machine makes its own host keys and id.
  for (const name of await readdir(join(tree, 'etc/ssh'))) if (name.startsWith('ssh_host_')) await rm(join(tree, 'etc/ssh', name))
  await writeFile(join(tree, 'etc/machine-id'), '')
  await stampAsUpdated(tree)
}

/** Says that /etc and /var are newer than /usr: systemd then skips what it does after an update (systemd-update-done.service(8)). */
export async function stampAsUpdated(tree: string): Promise<void> {
  const future = new Date('2100-01-01T00:00:00Z')
  for (const folder of ['etc', 'var']) {
    const stamp = join(tree, folder, '.updated')
    await writeFile(stamp, `TIMESTAMP_NSEC=${future.getTime()}000000\n`)
    await utimes(stamp, future, future)
  }
}

async function writeAccounts(tree: string, signal: AbortSignal): Promise<void> {
  const read = async (path: string): Promise<string> => readFile(join(tree, path), 'utf8')
  const accounts = buildAccounts(await read('usr/share/base-passwd/passwd.master'), await read('usr/share/base-passwd/group.master'))
  for (const [name, text] of Object.entries(accounts)) {
    const isSecret = name.endsWith('shadow')
    await writeFile(join(tree, 'etc', name), text, { mode: isSecret ? 0o640 : 0o644 })
    if (isSecret) await chown(join(tree, 'etc', name), 0, shadowGroup)
  }
  await shell({ signal })`chroot ${tree} /usr/bin/systemd-sysusers`
}

/** The group `shadow` of base-passwd; its number is fixed by Debian policy 9.2.2. */
const shadowGroup = 42
