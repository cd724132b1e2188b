import t from 'tap'
import type { Test } from 'tap'
import { openAws } from '../../../cli/target/aws-target.ts'
import { seedCluster } from '../../stack/fixtures.ts'
import { tempFolder } from '../fake-testbed.ts'
import { startLoopbackAws } from '../loopback-aws.ts'
import type { Answers } from '../loopback-aws.ts'

const who =
  '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/me</Arn><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>'
const answers: Answers = {
  GetCallerIdentity: who,
  DescribeAvailabilityZones: zonesOf(zone('eu-west-1c', 'available'), zone('eu-west-1a', 'impaired'), zone('eu-west-1b', 'available')),
}
const quiet = new AbortController().signal

function zone(name: string, state: string): string {
  return `<item><zoneName>${name}</zoneName><zoneState>${state}</zoneState></item>`
}

function zonesOf(...items: readonly string[]): string {
  return `<DescribeAvailabilityZonesResponse><availabilityZoneInfo>${items.join('')}</availabilityZoneInfo></DescribeAvailabilityZonesResponse>`
}

/** Opens AWS where its API is one on loopback, and where this computer's address is asked for at a place that answers as told. */
async function openAt(t: Test, { trustedCidr = '203.0.113.0/24', said = answers, address = async () => new Response('') } = {}) {
  const { access } = await startLoopbackAws(t, tempFolder(t), said)
  const [env, fetch] = [{ ...process.env }, globalThis.fetch]
  t.teardown(() => {
    process.env = env
    globalThis.fetch = fetch
  })
  process.env['AWS_ENDPOINT_URL'] = access.endpoint
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = access.credentialsFile
  for (const name of ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) delete process.env[name]
  const asked: string[] = []
  globalThis.fetch = async (url) => (asked.push(new Request(url).url), address())
  const target = openAws({ ...seedCluster, access: { ...seedCluster.access, trustedCidr } }, quiet)
  return { target, asked }
}

t.test('the account that the user is logged in to, and the first zone that is open', async (t) => {
  const { target, asked } = await openAt(t)
  t.match(await target, {
    access: {},
    account: '123456789012',
    identity: 'arn:aws:iam::123456789012:user/me',
    zone: 'eu-west-1b',
    trustedCidr: '203.0.113.0/24',
  })
  t.same(asked, [], 'nobody is asked for an address that the file names')
  t.equal(await (await target).failedMachine(), undefined)
  t.equal(await (await target).bastionAt('203.0.113.9'), undefined, 'the way in is the public address itself')
})

t.test("auto is this computer's address as AWS sees it, and nobody else's network", async (t) => {
  const { target, asked } = await openAt(t, { trustedCidr: 'auto', address: async () => new Response('198.51.100.7\n') })
  t.equal((await target).trustedCidr, '198.51.100.7/32')
  t.same(asked, ['https://checkip.amazonaws.com/'])
})

t.test('an address that is none, or cannot be had, is never trusted', async (t) => {
  for (const address of [
    async () => new Response('<html>log in to the hotel</html>'),
    async () => new Response('0.0.0.0/0'),
    async () => new Response('2001:db8::1'),
    async () => {
      throw new TypeError('fetch failed')
    },
  ]) {
    const { target } = await openAt(t, { trustedCidr: 'auto', address })
    await t.rejects(target, { name: 'TestbedError', hint: /trustedCidr: ADDRESS\/32/ })
  }
})

t.test('who is not logged in, and a region without an open zone, are told with what to do', async (t) => {
  const expired = await openAt(t, { said: { ...answers, GetCallerIdentity: { refused: 'ExpiredToken' } } })
  await t.rejects(expired.target, { name: 'TestbedError', message: /ExpiredToken/, hint: /log in to AWS first/ })
  const closed = await openAt(t, { said: { ...answers, DescribeAvailabilityZones: zonesOf(zone('eu-west-1a', 'unavailable')) } })
  await t.rejects(closed.target, { name: 'TestbedError', message: 'no availability zone of eu-west-1 is open to this account' })
})
