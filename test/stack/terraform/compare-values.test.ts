import t from 'tap'
import type { Json } from '../../../schemas/json.ts'
import { compareValues } from '../../../stack/terraform/compare-values.ts'
import type { PlannedChange } from '../../../stack/terraform/plan-document.ts'
import { updated } from './plan-json.ts'

/** Each change on a line: path, before, after. */
function told(before: Json, after: Json, more: Partial<PlannedChange> = {}): readonly string[] {
  return compareValues(updated(before, after, more)).map(
    ({ path, before: old, after: young, forces }) => `${path} ${JSON.stringify(old)} ${JSON.stringify(young)}${forces ? ' forces' : ''}`,
  )
}

t.test('only what differs, with both values', async (t) => {
  t.same(told({ a: 1, b: 'x', c: true }, { a: 2, b: 'x', c: false }), ['a {"value":1} {"value":2}', 'c {"value":true} {"value":false}'])
  t.same(told({ a: 1, b: [{ c: [] }] }, { a: 1, b: [{ c: [] }] }), [])
})

t.test('what is not there is absent, in each of the ways that Terraform writes it', async (t) => {
  for (const nothing of [null, [], {}]) {
    t.same(told({ a: nothing }, { a: 1 }), ['a "absent" {"value":1}'])
    t.same(told({ a: 1 }, { a: nothing }), ['a {"value":1} "absent"'])
    t.same(told({ a: nothing }, {}), [])
  }
  t.same(told({ a: 0, b: '' }, { a: null, b: null }), ['a {"value":0} "absent"', 'b {"value":""} "absent"'], 'nought is a value')
})

t.test('blocks and maps are looked into, to the attribute', async (t) => {
  t.same(told({ disk: [{ size: 8, type: 'gp3' }] }, { disk: [{ size: 20, type: 'gp3' }] }), ['disk[0].size {"value":8} {"value":20}'])
  t.same(told({ a: { b: { c: 1 } } }, { a: { b: { c: 2 } } }), ['a.b.c {"value":1} {"value":2}'])
  t.same(told({ tags: { 'titus-bed:lease': 'x' } }, { tags: null }), ['tags["titus-bed:lease"] {"value":"x"} "absent"'])
  t.same(told({ disk: [] }, { disk: [{ size: 8 }] }), ['disk[0].size "absent" {"value":8}'])
})

t.test('a policy, which is a text of JSON, is looked into', async (t) => {
  const policy = (...actions: readonly string[]) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Action: actions, Effect: 'Allow' }] })
  t.same(told({ policy: policy('*') }, { policy: policy('ec2:*', 's3:*') }), [
    'policy.Statement[0].Action {"value":["*"]} {"value":["ec2:*","s3:*"]}',
  ])
  t.same(told({ policy: null }, { policy: '{"a":1}' }), ['policy.a "absent" {"value":1}'])
  t.same(
    told({ p: '{"a":1}' }, { p: '{"a": 1}' }),
    [String.raw`p {"value":"{\"a\":1}"} {"value":"{\"a\": 1}"}`],
    'nothing that differs is left out',
  )
  t.same(told({ p: '{"a":1}' }, { p: '{"a":' }), [String.raw`p {"value":"{\"a\":1}"} {"value":"{\"a\":"}`], 'half of one is a text')
  t.same(told({ p: '{"password":"a"}' }, { p: '{"password":"b"}' }), ['p.password "hidden" "hidden"'])
})

t.test('a list of values is shown whole', async (t) => {
  t.same(told({ groups: ['a'] }, { groups: ['a', 'b'] }), ['groups {"value":["a"]} {"value":["a","b"]}'])
})

t.test('a block that is taken out or put in moves no other', async (t) => {
  const [a, b, c] = [{ port: 1 }, { port: 2 }, { port: 3 }]
  t.same(told({ rule: [a, b, c] }, { rule: [b, c] }), ['rule[0].port {"value":1} "absent"'])
  t.same(told({ rule: [b, c] }, { rule: [c, a, b] }), ['rule[1].port "absent" {"value":1}'])
  t.same(told({ rule: [a, b] }, { rule: [b, a] }), [])
})

t.test('what is known only after apply says so, in a block and as a whole', async (t) => {
  t.same(told({ v: 1 }, {}, { after_unknown: { v: true } }), ['v {"value":1} "unknown"'])
  t.same(told({ v: 1 }, { v: 1 }, { after_unknown: { v: false, w: [] } }), [])
  t.same(told({ d: [{ id: 'x', n: 1 }] }, { d: [{ n: 1 }] }, { after_unknown: { d: [{ id: true }] } }), ['d[0].id {"value":"x"} "unknown"'])
  t.same(told({ l: ['a'] }, { l: [null] }, { after_unknown: { l: [true] } }), ['l {"value":["a"]} "unknown"'])
})

t.test('what Terraform marks as sensitive on either side is hidden, and so is what is in it', async (t) => {
  for (const marks of [{ before_sensitive: { p: true } }, { after_sensitive: { p: true } }, { after_sensitive: true }] as const) {
    t.same(told({ p: 'old' }, { p: 'new' }, marks), [`${marks.after_sensitive === true ? '' : 'p'} "hidden" "hidden"`])
  }
  t.same(told({ p: 'same' }, { p: 'same' }, { before_sensitive: { p: true } }), [])
  t.same(told({}, { p: { q: 'SECRET' } }, { after_sensitive: { p: { q: true } } }), ['p.q "absent" "hidden"'])
  t.same(told({ l: ['a'] }, { l: ['a', 'b'] }, { after_sensitive: { l: [false, true] } }), ['l "hidden" "hidden"'])
  t.same(told({ d: [{ s: 'a' }] }, { d: [{ s: 'b' }] }, { before_sensitive: { d: [{ s: true }] } }), ['d[0].s "hidden" "hidden"'])
})

t.test('a value that holds our host keys is hidden, though nothing marks it', async (t) => {
  for (const name of ['user_data', 'user_data_base64', 'content', 'private_key', 'master_password', 'client_secret']) {
    t.same(told({ [name]: 'a' }, { [name]: 'b' }), [`${name} "hidden" "hidden"`])
  }
  const key = '-----BEGIN OPENSSH PRIVATE KEY-----'
  for (const text of [key, Buffer.from(`#!/bin/sh\n${key}`).toString('base64'), 'H4sIAAAA']) {
    t.same(told({ a: text }, { a: 'b' }), ['a "hidden" "hidden"'], text)
    t.same(told({ a: [text] }, { a: ['b'] }), ['a "hidden" "hidden"'], 'in a list')
  }
  const tokens = { metadata_options: [{ http_tokens: 'optional' }], user_data_replace_on_change: true }
  t.same(told({}, tokens), [
    'metadata_options[0].http_tokens "absent" {"value":"optional"}',
    'user_data_replace_on_change "absent" {"value":true}',
  ])
})

t.test('which attribute forces a replacement', async (t) => {
  const replaced = (...replace_paths: readonly (readonly (string | number)[])[]) =>
    told({ a: 1, d: [{ size: 8, type: 'x' }] }, { a: 2, d: [{ size: 9, type: 'y' }] }, { replace_paths })
  const size = 'd[0].size {"value":8} {"value":9}'
  const type = 'd[0].type {"value":"x"} {"value":"y"}'
  t.same(replaced(['d', 0, 'size']), ['a {"value":1} {"value":2}', `${size} forces`, type])
  t.same(replaced(['d']), ['a {"value":1} {"value":2}', `${size} forces`, `${type} forces`])
  t.same(replaced(['a']), ['a {"value":1} {"value":2} forces', size, type])
})
