import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { loadCluster } from '../../../schemas/cluster-rules/load-cluster.ts'
import type { Json, JsonObject } from '../../../schemas/json.ts'
import { isObject } from '../../../schemas/validation/schema-walk.ts'
import { setAt } from '../planted-fault.ts'
import type { Fault, Path } from '../planted-fault.ts'

const shipped = readFileSync(new URL('../../../cluster.yaml', import.meta.url), 'utf8')

/** For every mapping a key that it does not know, and for every other value one of the wrong type. */
function plainFaults(value: Json, path: Path): readonly Fault[] {
  if (Array.isArray(value)) return value.flatMap((item: Json, index) => plainFaults(item, [...path, String(index)]))
  if (!isObject(value)) return [{ path, value: { strange: true } }]
  const inside = Object.entries(value).flatMap(([key, inner]) => plainFaults(inner, [...path, key]))
  const isOpen = ['roles', 'matrix'].includes(path.join('.'))
  return isOpen ? inside : [...inside, { path: [...path, 'strange'], value: 1 }]
}

const capacity: Path = ['agents', 'capacity']

/** What only a rule sees, not the schema. */
const ruleFaults: readonly Fault[] = [
  { path: ['access', 'trustedCidr'], value: 'everyone' },
  { path: ['network', 'cidr'], value: 'hello' },
  { path: ['network', 'public'], value: '10.0.0' },
  { path: ['network', 'private'], value: '30.0.100.0/33' },
  ...['bastion', 'prereqs', 'master', 'gateway'].map((name) => ({ path: ['machines', name, 'instanceType'], value: 'large' })),
  { path: ['agents', 'instanceType'], value: 't2.micro' },
  {
    path: [...capacity, 'min'],
    value: 7,
    needs: [
      [...capacity, 'desired'],
      [...capacity, 'max'],
    ],
  },
  { path: [...capacity, 'desired'], value: 9, needs: [[...capacity, 'max']] },
  { path: ['roles', 'titusappwiths3', 'assumedBy'], value: 'nobody' },
  { path: ['roles', 'lonely'], value: { allow: [] } },
  { path: ['logBucket'], value: 'Logs', needs: [['name']] },
  { path: ['titus', 'version'], value: '1.0', needs: [['titus', 'packages']] },
  { path: ['image'], value: { id: 'ami-0123456789', name: 'both', user: 'me' } },
  { path: ['matrix', 'agents.instanceType', '1'], value: 't2.large' },
  { path: ['matrix', 'nothing.such'], value: ['a'] },
]

function touches(a: Path, b: Path): boolean {
  return a.every((key, index) => b[index] === key) || b.every((key, index) => a[index] === key)
}

/** What is told of a cluster, without where. */
function told(cluster: Json): ReadonlySet<string> {
  return new Set(loadCluster(JSON.stringify(cluster), 'cluster.yaml').problems.map(({ code, message }) => `${code}: ${message}`))
}

t.test('the shipped cluster has nothing to say about itself', async (t) => {
  t.same(loadCluster(shipped, 'cluster.yaml').problems, [])
})

t.test('of two faults both are told, wherever they stand', async (t) => {
  const cluster = parse(shipped) as JsonObject
  const faults = [...plainFaults(cluster, []), ...ruleFaults]
  const plain = faults.length - ruleFaults.length
  const alone = faults.map((fault) => ({ ...fault, expected: told(setAt(cluster, fault.path, fault.value)) }))
  for (const { path, expected } of alone) t.not(expected.size, 0, `${path.join('.')} is a fault`)
  let pairs = 0
  const hidden = alone.flatMap((a, index) =>
    alone.slice(index + 1).flatMap((b, distance) => {
      // Two that the schema sees are the work of its validator: some of them are enough.
      if (index + 1 + distance < plain && distance % 8 > 0) return []
      if (touches(a.path, b.path)) return []
      const [sees, other] = [a.needs ?? [], b.needs ?? []]
      if (sees.some((path) => touches(path, b.path)) || other.some((path) => touches(path, a.path))) return []
      pairs += 1
      const both = told(setAt(setAt(cluster, a.path, a.value), b.path, b.value))
      const missing = [...a.expected, ...b.expected].filter((problem) => !both.has(problem))
      return missing.map((problem) => `${a.path.join('.')} and ${b.path.join('.')}: ${problem}`)
    }),
  )
  t.ok(pairs > 800, `${pairs} pairs`)
  t.same(hidden, [])
})
