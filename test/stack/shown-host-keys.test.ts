import t from 'tap'
import { makeKeyPair, withoutComment } from '../../stack/keys.ts'
import { shownHostKeys } from '../../stack/shown-host-keys.ts'

const [begin, end] = ['-----BEGIN SSH HOST KEY KEYS-----', '-----END SSH HOST KEY KEYS-----']
const [mine, other] = [makeKeyPair('root@me').publicKey, makeKeyPair('root@other').publicKey]
const key = withoutComment(mine)
function block(...lines: readonly string[]): string {
  return [begin, ...lines, end].join('\n')
}

t.test('the key is what stands between the marks of cloud-init', async (t) => {
  t.strictSame(shownHostKeys(block(mine)), [key])
  t.strictSame(
    shownHostKeys(`[ 1.2] systemd\n\n${block(`ecdsa-sha2-nistp256 AAAAE2V root@me`, mine, 'ssh-rsa AAAAB3N root@me')}\nlogin: `),
    [key],
  )
  t.strictSame(shownHostKeys(block(mine).replaceAll('\n', '\r\n')), [key], 'as a terminal ends lines')
  t.strictSame(shownHostKeys(block(mine).replaceAll('\n', '\r\r\n')), [key])
  t.strictSame(shownHostKeys(block(key)), [key], 'without a comment')
  t.strictSame(shownHostKeys(block('[   12.3] IPv6: eth0: link becomes ready', mine)), [key], 'others write to a console, too')
})

t.test('what is not whole is none', async (t) => {
  for (const text of [
    '',
    'nothing of the kind',
    mine,
    block(),
    `${begin}\n${mine}\n`,
    `${mine}\n${end}\n`,
    `${begin}\n${end}\n${mine}\n${end}`,
    block(mine.slice(0, 79)),
    block(`${key}A root@me`),
    block(`no-pty ${mine}`),
    block(mine.replace('ssh-ed25519 ', 'ssh-ed25519  ')),
    block(mine.replace('AAAAC3NzaC1lZDI1NTE5AAAAI', 'AAAAC3NzaC1lZDI1NTE5AAAAJ')),
    block(mine).replaceAll('SSH HOST KEY KEYS', 'SSH HOST KEY FINGERPRINTS'),
    Buffer.from(block(mine)).subarray(0, -1).toString(),
    Buffer.from([0, 255, 27, 91, 10, 45]).toString('latin1'),
  ])
    t.strictSame(shownHostKeys(text), [], JSON.stringify(text))
  t.strictSame(shownHostKeys(`${begin}\n${other}\n[cut]\n${block(mine)}`), [key], 'a block that is begun anew was cut off')
})

t.test('the first block is the first, and what is shown again is shown once', async (t) => {
  t.strictSame(shownHostKeys(`${block(mine)}\nmuch else\n${block(mine)}`), [key])
  t.strictSame(shownHostKeys(`${block(mine)}\n${block(other)}\n${block(mine)}`), [key, withoutComment(other)])
})

t.test('what a machine quotes of another is not its key', async (t) => {
  const quoted = (prefix: string) => block(other).replaceAll(/^/gm, prefix)
  for (const prefix of ['[   25.1] cloud-init[123]: ', ' ', '> ', '\t', 'i-7 said last: '])
    t.strictSame(shownHostKeys(`${quoted(prefix)}\n${block(mine)}\n${quoted(prefix)}`), [key], JSON.stringify(prefix))
  t.strictSame(shownHostKeys(`${begin}\nsshd[1]: ${other}\n${mine}\n${end}`), [key])
})

t.test('megabytes of a console that wants to be slow to read are read at once', async (t) => {
  const began = process.cpuUsage()
  for (const line of [begin, `${begin}\n`, key, `${key}\n`, '\r', '\n', `ssh-ed25519 ${'A'.repeat(80)}`])
    t.strictSame(shownHostKeys(line.repeat(Math.ceil(4_000_000 / line.length))), [])
  const { user, system } = process.cpuUsage(began)
  t.ok(user + system < 10_000_000, `${user + system} µs`)
})
