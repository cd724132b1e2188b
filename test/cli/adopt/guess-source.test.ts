import t from 'tap'
import { guessSource } from '../../../cli/adopt/guess-source.ts'

t.test('what hosts are described in', async (t) => {
  for (const [text, source] of [
    ['# mine\nHost a\n  HostName b\n', 'ssh'],
    ['Include other\n', 'ssh'],
    ['{ "bastion_ip": { "value": "x" } }', 'terraform'],
    ['[web]\na\nb\n', 'ansible'],
    ['a ansible_host=10.0.0.1\n', 'ansible'],
    ['all:\n  hosts:\n    a:\n', 'ansible'],
    ['web:\n  children: { a: {} }\n', 'ansible'],
    ['hosts: []\n', undefined],
    ['just words\n', undefined],
    ['', undefined],
  ] as const)
    t.equal(guessSource(text), source, text)
})
