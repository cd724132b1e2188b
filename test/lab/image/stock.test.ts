import t from 'tap'
import type { PackageSource } from '../../../lab/image/apt/package-source.ts'
import { planStock } from '../../../lab/image/stock/tree.ts'

/** A source that has every package but some, and plans what it is asked for. */
function sourceWithout(...missing: readonly string[]): PackageSource {
  const plan: PackageSource['plan'] = async (names) => names.map((name) => ({ name, version: '1', architecture: 'all', control: '' }))
  const none = async () => Promise.reject(new Error('nothing is fetched'))
  return { stamp: async () => '', renew: async () => false, download: none, plan, has: async (name) => !missing.includes(name) }
}

t.test('a stock machine has what a cloud image has, and nothing that the user data is to install', async (t) => {
  const names = (await planStock(sourceWithout('ubuntu-keyring'))).map(({ name }) => name)
  for (const name of ['apt', 'cloud-init', 'openssh-server', 'systemd', 'dpkg', 'base-files', 'debian-archive-keyring'])
    t.ok(names.includes(name), name)
  for (const name of ['docker.io', 'nodejs', 'awscli', 'jq']) t.notOk(names.includes(name), name)
  const ubuntu = (await planStock(sourceWithout('debian-archive-keyring'))).map(({ name }) => name)
  t.same(
    ubuntu.filter((name) => name.endsWith('keyring')),
    ['ubuntu-keyring'],
  )
})
