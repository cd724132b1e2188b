import t from 'tap'
import type { Test } from 'tap'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, uptime } from 'node:os'
import { dirname, join } from 'node:path'
import { readBootOutcome, readBootTime } from '../../../lab/machines/boot-outcome.ts'
import { openDisk } from '../../../lab/machines/disk.ts'
import { buildMountCommand, buildYoungCommand } from '../../../lab/fence.ts'
import { buildNspawnCommand } from '../../../lab/machines/nspawn.ts'
import { machineIds } from '../../../lab/machine-ids.ts'
import { runProgram } from '../../../lab/run-program.ts'

const identity = {
  instanceId: 'i-0a',
  address: '30.0.100.11',
  hostName: 'ip-30-0-100-11',
  loginUser: 'admin',
  domain: 'eu-west-1.compute.internal',
  resolver: '30.0.0.2',
}

function place(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

t.test('the command line of a machine', async (t) => {
  const plain = buildNspawnCommand({ instanceId: 'i-0a', hostName: 'ip-1', root: '/a/root', namespace: 'i-0a', node: '/opt/a:b/node' })
  t.ok(plain.includes(String.raw`--bind-ro=/opt/a\:b/node:/usr/local/bin/node`))
  t.notOk(
    plain.some((argument) => /capability|system-call|docker/.test(argument)),
    'no more rights than systemd-nspawn gives',
  )
  const host = buildNspawnCommand({ instanceId: 'i-0a', hostName: 'ip-1', root: '/a/root', namespace: 'i-0a', engine: '/a/engine' })
  t.ok(host.includes('--capability=CAP_NET_ADMIN'))
  t.ok(host.includes('--bind=/a/engine:/var/lib/docker'))
  t.notOk(host.some((argument) => argument.includes('capability=all')))
})

/** What a disk is made of: read-only trees, the lab's authority, and a mount point for volumes. */
async function prepareDisk(t: Test, sizeGiB: number) {
  const folder = mkdtempSync(join(tmpdir(), 'disk-'))
  const [base, volumes] = [join(folder, 'base, one:two'), join(folder, 'volumes')]
  mkdirSync(volumes)
  place(join(base, 'etc/ssl/certs/ca-certificates.crt'), 'AUTHORITIES\n')
  place(join(base, 'etc/hostname'), 'image\n')
  place(join(folder, 'host', cacert), 'OTHERS')
  place(join(folder, 'ca.crt'), 'LAB\n')
  await runProgram(['mount', '-t', 'tmpfs', 'tmpfs', volumes])
  t.teardown(async () => {
    await runProgram(['umount', '--lazy', volumes])
    rmSync(folder, { recursive: true })
  })
  return {
    folder: join(folder, 'machine'),
    sizeGiB,
    volumes,
    reachable: join(folder, 'reachable'),
    layers: { base, containerHost: join(folder, 'host') },
    isContainerHost: true,
    identity,
    authorityFile: join(folder, 'ca.crt'),
  }
}
const cacert = 'usr/lib/python3/dist-packages/awscli/botocore/cacert.pem'

t.test('a disk is a volume of its size over shared trees', async (t) => {
  const options = await prepareDisk(t, 9)
  const disk = await openDisk(options)
  t.equal(disk.unlimited, undefined)
  t.equal(readFileSync(join(disk.written, 'etc/hostname'), 'utf8'), 'ip-30-0-100-11\n')
  t.equal(readFileSync(join(disk.written, 'etc/resolv.conf'), 'utf8'), 'nameserver 30.0.0.2\nsearch eu-west-1.compute.internal\n')
  t.equal(readFileSync(join(disk.written, 'etc/ssl/certs/ca-certificates.crt'), 'utf8'), 'AUTHORITIES\nLAB\n')
  t.match(readFileSync(join(disk.written, 'etc/machine-id'), 'utf8'), /^[0-9a-f]{32}\n$/)
  t.equal(statSync(join(disk.written, 'etc/sudoers.d/trust')).mode & 0o777, 0o440)
  t.equal(readlinkSync(join(disk.written, cacert)), '/usr/local/share/ca-certificates/lab.crt')
  for (const path of [disk.written, join(disk.written, cacert), disk.engineSource])
    t.equal(lstatSync(path).uid, machineIds.first, `${path} is of the machine's root`)
  t.equal(statSync(options.folder).uid, 0)
  const { blocks, bsize } = statfsSync(disk.engineSource)
  t.ok(blocks * bsize > 8.5 * 2 ** 30 && blocks * bsize <= 9 * 2 ** 30, `${blocks * bsize} bytes`)
  const volume = statSync(join(options.folder, 'volume.ext4'))
  t.equal(volume.mode & 0o777, 0o600)
  t.ok(volume.blocks * 512 < 4 * 2 ** 20, 'takes the room of what was written')

  const file = join(disk.root, 'etc/hostname')
  const script = 'cat "$0"; stat -f -c %b "$2"; touch "$1/image"; echo changed > "$0"; ! ls "$3" | grep .'
  const look = buildMountCommand(disk, ['sh', '-euc', script, file, disk.engine, disk.root, options.volumes])
  t.equal(await runProgram(look), `ip-30-0-100-11\n${blocks}\n`, 'layered, of the same size, and volumes out of sight')
  t.notOk(existsSync(file), 'mounted where nobody else sees it')
  t.ok(existsSync(join(disk.engineSource, 'image')))
  const again = await openDisk(options)
  t.equal(readFileSync(join(again.written, 'etc/hostname'), 'utf8'), 'changed\n', 'a disk that is there is not written to')
  await disk.remove()
  for (const path of [options.folder, options.reachable, dirname(disk.written)]) t.notOk(existsSync(path), path)
})

t.test('where a volume cannot be had, the disk says so and is a folder', async (t) => {
  const options = await prepareDisk(t, 2 ** 22)
  const disk = await openDisk(options)
  t.match(disk.unlimited, /EFBIG|too large/)
  t.equal(disk.written, join(options.folder, 'upper'))
  const look = buildMountCommand(disk, ['cat', join(disk.root, 'etc/hostname')])
  t.equal(await runProgram(look), 'ip-30-0-100-11\n')
  t.notOk(existsSync(join(options.folder, 'volume.ext4')))
  await disk.remove()
  t.notOk(existsSync(options.folder))
})

t.test('a machine is as old as its boot', async (t) => {
  // A kernel before 6.2 has only the children of the program in the new namespace.
  const [own = 0, idle] = (await runProgram(buildYoungCommand(['sh', '-c', 'cat "$@"; true', 'sh', '/proc/uptime']))).split(' ').map(Number)
  t.type(idle, 'number')
  if (existsSync('/proc/self/ns/time')) t.ok(own < 10 && own < uptime(), `${own} s`)
})

t.test('how a boot ended', async (t) => {
  const written = t.testdir()
  const finished = join(written, 'var/lib/cloud/instances/i-0a/boot-finished')
  t.equal(await readBootOutcome(written, 'i-0a', 0), undefined)
  place(join(written, 'var/lib/lab-init/i-0a/done'), '0\n')
  t.equal(await readBootOutcome(written, 'i-0a', 0), undefined, 'done, but the boot goes on')
  place(finished, '')
  t.equal(await readBootOutcome(written, 'i-0a', 0), 'running')
  const before = await readBootTime(written, 'i-0a')
  t.equal(await readBootOutcome(written, 'i-0a', before), undefined, 'the next boot')
  utimesSync(finished, new Date(), new Date(before + 5000))
  place(join(written, 'var/lib/lab-init/i-0a/done'), '3\n')
  t.equal(await readBootOutcome(written, 'i-0a', before), 'failed')

  rmSync(join(written, 'var/lib/lab-init'), { recursive: true })
  const result = (errors: readonly string[]) =>
    place(join(written, 'var/lib/cloud/data/result.json'), JSON.stringify({ v1: { errors } }, null, 1))
  t.equal(await readBootOutcome(written, 'i-0a', before), undefined, 'nobody has said yet how')
  result([])
  t.equal(await readBootOutcome(written, 'i-0a', before), 'running', 'as cloud-init tells it')
  result(["('scripts-user', RuntimeError('Runparts: 1 failures (part-001) in 1 attempted commands'))"])
  t.equal(await readBootOutcome(written, 'i-0a', before), 'failed')
})
