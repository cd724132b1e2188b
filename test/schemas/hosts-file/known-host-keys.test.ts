import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { knownHostKeys } from '../../../schemas/hosts-file/known-host-keys.ts'

const [one, two, three] = ['ssh-ed25519 AAAAone', 'ssh-rsa AAAAtwo', 'ecdsa-sha2-nistp256 AAAAthree']

t.test('the keys of a machine, by name, address, port and pattern', async (t) => {
  const text = `# a comment\n\ngateway,10.0.0.5 ${one} a comment\n[gateway]:2222 ${two}\n*.example.org,!bad.example.org ${three}\n`
  for (const [name, port, keys] of [
    ['gateway', 22, [one]],
    ['GATEWAY', 22, [one]],
    ['10.0.0.5', 22, [one]],
    ['gateway', 2222, [two]],
    ['a.example.org', 22, [three]],
    ['bad.example.org', 22, []],
    ['example.org', 22, []],
    ['10x0.0.5', 22, []],
    ['nobody', 22, []],
  ] as const)
    t.same(knownHostKeys(text, name, port), keys, `${name}:${port}`)
})

t.test('a revoked key is none, and an authority is no machine', async (t) => {
  const text = `gateway ${one}\ngateway ${two}\n@revoked * ${one}\n@cert-authority * ${three}\n`
  t.same(knownHostKeys(text, 'gateway', 22), [two])
})

t.test('names that OpenSSH has hashed are found', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'titus-bed-known-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')])
  const [type = '', key = ''] = readFileSync(join(folder, 'key.pub'), 'utf8').split(' ')
  const file = join(folder, 'known_hosts')
  writeFileSync(file, `gateway ${type} ${key}\n[10.0.0.5]:2222 ${type} ${key}\n`)
  execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' })
  const text = readFileSync(file, 'utf8')
  t.match(text, /^\|1\|/)
  t.same(knownHostKeys(text, 'gateway', 22), [`${type} ${key}`])
  t.same(knownHostKeys(text, '10.0.0.5', 2222), [`${type} ${key}`])
  t.same(knownHostKeys(text, '10.0.0.5', 22), [])
})
