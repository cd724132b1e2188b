import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { Cluster } from '../../schemas/cluster.ts'
import { InputError, TestbedError } from '../../schemas/failure.ts'
import { describeAccount } from '../../stack/account.ts'
import { askOffers } from '../../stack/offers/offers.ts'
import { clientSettings, parseProfile } from '../../stack/aws-clients.ts'
import { loadLoginKey } from '../../stack/key-store.ts'
import { installerOf } from '../../schemas/roles/index.ts'
import { placePackages, resolvePackages } from '../../stack/packages.ts'
import { identifyProcess } from '../../system/process-identity.ts'
import { forgetTestbed, lockWorkspace, makeWorkspace, readTestbed, writeStack, writeTestbed } from '../../stack/workspace.ts'
import { tsLoader } from '../ts-loader.ts'
import { seedCluster } from './fixtures.ts'

function mode(path: string) {
  return statSync(path).mode & 0o777
}
function sha256(text: string) {
  return createHash('sha256').update(text).digest('hex')
}
function failure(action: () => unknown) {
  try {
    return action()
  } catch (error) {
    return error
  }
}

t.test('a workspace is for its owner alone', async (t) => {
  const workspace = makeWorkspace(t.testdir(), 'titus')
  writeStack(workspace, { resource: {} })
  for (const folder of [workspace.folder, workspace.terraform, workspace.keys]) t.equal(mode(folder), 0o700, folder)
  t.equal(mode(join(workspace.terraform, 'cdk.tf.json')), 0o600)
})

t.test('a folder that cannot be made is said with its cure', async (t) => {
  const root = t.testdir({ file: 'not a folder' })
  t.throws(() => makeWorkspace(join(root, 'file'), 'titus'), TestbedError)
})

t.test('keys are made once, and private ones are private', async (t) => {
  const workspace = makeWorkspace(t.testdir(), 'titus')
  const { publicKey, identityFile } = loadLoginKey(workspace, { trustedCidr: 'auto' })
  t.equal(readFileSync(`${identityFile}.pub`, 'utf8').trim(), publicKey)
  for (const file of readdirSync(workspace.keys)) t.equal(mode(join(workspace.keys, file)), 0o600, file)
  t.same(readdirSync(workspace.keys).toSorted(), ['login', 'login.pub'], 'and no host key is made here')
  t.equal(loadLoginKey(workspace, { trustedCidr: 'auto' }).publicKey, publicKey)
})

t.test("the user's own key is taken when the file names it", async (t) => {
  const folder = t.testdir({ mine: 'private', 'mine.pub': 'ssh-ed25519 AAAA me\n' })
  const workspace = makeWorkspace(folder, 'titus')
  const access = { trustedCidr: 'auto', publicKey: join(folder, 'mine.pub') }
  t.strictSame(loadLoginKey(workspace, access), { publicKey: 'ssh-ed25519 AAAA me', identityFile: join(folder, 'mine') })
  t.throws(() => loadLoginKey(workspace, { ...access, publicKey: join(folder, 'absent.pub') }), InputError)
  t.throws(() => loadLoginKey(workspace, { ...access, publicKey: join(folder, 'mine') }), InputError, 'a private key is no public one')
  execFileSync('mkfifo', [join(folder, 'pipe.pub')])
  writeFileSync(join(folder, 'pipe'), 'private')
  t.throws(() => loadLoginKey(workspace, { ...access, publicKey: join(folder, 'pipe.pub') }), /pipe\.pub is no regular file/)
})

t.test('what was raised can be read back, and forgotten', async (t) => {
  const workspace = makeWorkspace(t.testdir(), 'titus')
  t.equal(readTestbed(workspace), undefined)
  const testbed = { name: 'titus', target: 'lab', region: 'eu-west-1', account: '123456789012', hosts: [], outputs: {}, api: {} } as const
  writeTestbed(workspace, testbed)
  t.strictSame(readTestbed(workspace), testbed)
  writeFileSync(workspace.testbed, '{"name": "titus"')
  t.throws(() => readTestbed(workspace), { name: 'TestbedError', message: /testbed\.json is damaged:\n {2}1:\d+: / }, 'a damaged one')
  forgetTestbed(workspace)
  t.equal(readTestbed(workspace), undefined)
  t.notOk(existsSync(workspace.sshConfig))
})

t.test('a lock', async (t) => {
  const module = fileURLToPath(new URL('../../stack/workspace.ts', import.meta.url))
  /** Another process that takes the lock and says so, then stays. */
  const holdElsewhere = async (root: string) => {
    const program = `
      const { makeWorkspace, lockWorkspace } = await import(${JSON.stringify(module)})
      lockWorkspace(makeWorkspace(${JSON.stringify(root)}, 'titus'), 'apply')
      console.log('held')
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--import', tsLoader, '--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.teardown(() => child.kill('SIGKILL'))
    await once(child.stdout, 'data')
    return child
  }

  t.test('is given back, and can be taken again', async (t) => {
    const workspace = makeWorkspace(t.testdir(), 'titus')
    const lock = lockWorkspace(workspace, 'apply')
    t.match(
      failure(() => lockWorkspace(workspace, 'destroy')),
      { message: new RegExp(`apply.*process ${process.pid}`) },
    )
    lock.release()
    lock.release()
    lockWorkspace(workspace, 'destroy').release()
  })

  t.test('names its holder, and is nobody’s once that was killed', async (t) => {
    const root = t.testdir()
    const holder = await holdElsewhere(root)
    const workspace = makeWorkspace(root, 'titus')
    const refused = failure(() => lockWorkspace(workspace, 'destroy'))
    t.ok(refused instanceof TestbedError)
    t.match((refused as TestbedError).message, `process ${holder.pid}`)
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    lockWorkspace(workspace, 'destroy').release()
    t.notOk(
      readdirSync(workspace.folder).some((file) => file.startsWith('lock.json')),
      'nothing is left',
    )
  })

  t.test('is not held by a later process with the same number', async (t) => {
    const workspace = makeWorkspace(t.testdir(), 'titus')
    const stranger = { ...identifyProcess(process.pid), started: 'another time', command: 'apply', since: new Date().toISOString() }
    writeFileSync(join(workspace.folder, 'lock.json'), JSON.stringify(stranger))
    t.doesNotThrow(() => lockWorkspace(workspace, 'apply').release())
    writeFileSync(join(workspace.folder, 'lock.json'), '')
    t.doesNotThrow(() => lockWorkspace(workspace, 'apply').release(), 'nor by nobody')
  })
})

t.test('packages', async (t) => {
  const files = { 'titus-server-master_1_all.deb': 'm', 'titus-server-gateway_1_all.deb': 'g', 'mesos_1.0.1+b~1_amd64.deb': 'a' }
  const folders = (root: string) => ({ standIns: root, cache: join(root, 'cache') })
  const asking = (packages: Cluster['titus']['packages']) => ({ ...seedCluster, titus: { packages, agent: 'stand-in' as const } })
  const sums = Object.fromEntries(Object.entries(files).map(([file, text]) => [file, sha256(text)]))

  t.test('of the user are found, named and placed', async (t) => {
    const root = t.testdir(files)
    const found = await resolvePackages(asking({ from: root, sha256: sums }), folders(root))
    t.strictSame(
      found.map(({ name, installedBy: by }) => [name, by.join()]),
      [
        ['titus-server-master', 'master'],
        ['titus-server-gateway', 'gateway'],
        ['mesos', 'agents'],
      ],
    )
    const { terraform } = makeWorkspace(root, 'titus')
    await placePackages(terraform, found)
    await placePackages(terraform, found)
    t.strictSame(readdirSync(join(terraform, 'packages')).toSorted(), Object.keys(files).toSorted())
  })

  t.test('of the lab are those of packages.json', async (t) => {
    const list = Object.keys(files).map((file) => ({ name: file.split('_')[0], version: '1', file, sha256: sums[file] }))
    const root = t.testdir({ ...files, 'packages.json': JSON.stringify(list) })
    t.strictSame(
      (await resolvePackages(asking('lab'), folders(root))).map(({ path }) => path),
      Object.keys(files).map((file) => join(root, file)),
    )
    await t.rejects(resolvePackages(asking('lab'), folders(join(root, 'absent'))), TestbedError)
  })

  t.test('with problems are told all at once', async (t) => {
    const root = t.testdir(files)
    const wrong = { ...sums, 'titus-server-master_1_all.deb': '0'.repeat(64), 'absent_1_all.deb': '1'.repeat(64) }
    const error = await resolvePackages(asking({ from: root, sha256: wrong }), folders(root)).catch((caught: unknown) => caught)
    t.ok(error instanceof InputError)
    t.strictSame((error as InputError).problems.map(({ code }) => code).toSorted(), ['package-checksum', 'package-missing'])
  })

  t.test('that are no files are not waited for', async (t) => {
    const root = t.testdir()
    execFileSync('mkfifo', [join(root, 'titus-server-master_1_all.deb')])
    mkdirSync(join(root, 'mesos_1_all.deb'))
    const sha256s = { 'titus-server-master_1_all.deb': '0'.repeat(64), 'mesos_1_all.deb': '0'.repeat(64) }
    const error = await resolvePackages(asking({ from: root, sha256: sha256s }), folders(root)).catch((caught: unknown) => caught)
    const told = (error as InputError).problems.map(({ message }) => message.replace(/.*\//, ''))
    t.strictSame(told, ['titus-server-master_1_all.deb is no regular file', 'mesos_1_all.deb is a folder'])
  })

  t.test('that cannot be downloaded are a problem, not a crash', async (t) => {
    const root = t.testdir()
    const source = { from: 'https://127.0.0.1:1/titus', sha256: sums }
    const error = await resolvePackages(asking(source), folders(root)).catch((caught: unknown) => caught)
    t.strictSame(
      (error as InputError).problems.map(({ code }) => code),
      ['package-unavailable', 'package-unavailable', 'package-unavailable'],
    )
  })

  t.test('go to the machines by their names', async (t) => {
    t.strictSame(['titus-server-master', 'titus-server-gateway', 'titus-agent', 'titus-executor'].map(installerOf), [
      'master',
      'gateway',
      'agents',
      'agents',
    ])
  })
})

t.test('AWS clients get the endpoint and the keys of the lab, and neither on AWS', async (t) => {
  const text = '[other]\naws_access_key_id=X\n[default]\n# ours\naws_access_key_id = AKIA\naws_secret_access_key = a=b/c \n'
  const folder = t.testdir({ credentials: text })
  const access = { endpoint: 'http://127.0.0.1:1', credentialsFile: join(folder, 'credentials') }
  t.strictSame(clientSettings(access, 'eu-west-1'), {
    region: 'eu-west-1',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'a=b/c' },
  })
  t.strictSame(clientSettings({}, 'eu-west-1'), { region: 'eu-west-1' })
  t.throws(() => clientSettings({ credentialsFile: join(folder, 'absent') }, 'eu-west-1'), TestbedError)
  t.strictSame(parseProfile(text, 'other'), { aws_access_key_id: 'X' })
  const refused = { name: 'TestbedError', message: 'ECONNREFUSED', hint: 'status' }
  await t.rejects(describeAccount(access, 'eu-west-1'), refused)
  await t.rejects(askOffers(access, 'eu-west-1', ['t3.nano']), refused)
})
