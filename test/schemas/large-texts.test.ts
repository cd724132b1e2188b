import t from 'tap'
import { loadCluster } from '../../schemas/cluster-rules/load-cluster.ts'
import { load } from './language/scenario-text.ts'

/* Texts that are large in one respect: read in a time that grows as their length does, or refused in one line. */

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('')
}

const step = 'scenario: s\nsteps:\n  - name: a\n    host: gateway\n    run: "true"\n'
function grid(count: number, cell: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => cell(index)).join(', ')
}

/** Whether a text describes a cluster; the text for a count of what it has many of; how many of that. */
const cases: Readonly<Record<string, readonly ['cluster' | 'scenario', (count: number) => string, number]>> = {
  'unknown keys': ['cluster', (count) => lines(count, (index) => `key${index}: 1`), 2000],
  'a chain of roles': [
    'cluster',
    (count) =>
      `roles:\n${lines(count, (index) => `  r${index}: { allow: ["*"], assumedBy: r${index + 1} }`)}  r${count}: { service: ec2, allow: ["*"] }\n`,
    800,
  ],
  'a ring of roles': [
    'cluster',
    (count) => `roles:\n${lines(count, (index) => `  r${index}: { allow: ["*"], assumedBy: r${(index + 1) % count} }`)}`,
    800,
  ],
  'unknown roles': ['cluster', (count) => `roles:\n${lines(count, (index) => `  r${index}: { allow: ["*"], assumedBy: x${index} }`)}`, 500],
  'several machine roles': ['cluster', (count) => `roles:\n${lines(count, (index) => `  r${index}: { service: ec2, allow: ["*"] }`)}`, 800],
  'keys that stand twice': ['cluster', (count) => lines(count, () => 'name: x'), 2000],
  'brackets that close nothing': ['scenario', (count) => '}'.repeat(count), 10_000],
  'keys of a matrix': ['cluster', (count) => `matrix:\n${lines(count, (index) => `  a${index}: [1, 2]`)}`, 500],
  steps: [
    'scenario',
    (count) => `scenario: s\nsteps:\n${lines(count, (index) => `  - { name: n${index}, host: gateway, run: "true" }`)}`,
    800,
  ],
  'empty steps': ['scenario', (count) => `scenario: s\nsteps: [${'{}, '.repeat(count)}]\n`, 400],
  variables: ['scenario', (count) => `scenario: s\nvars:\n${lines(count, (index) => `  v${index}: 1`)}${step.slice(12)}`, 2000],
  captures: ['scenario', (count) => `${step}    capture:\n${lines(count, (index) => `      c${index}: stdout`)}`, 1500],
  'unknown variables': [
    'scenario',
    (count) => `scenario: s\nsteps:\n${lines(count, (index) => `  - { name: n${index}, host: gateway, run: "echo \${{ v${index} }}" }`)}`,
    400,
  ],
  'anchors and aliases': [
    'scenario',
    (count) =>
      `scenario: s\nvars:\n${lines(count, (index) => `  v${index}: &a${index} 1`)}${lines(count, (index) => `  w${index}: *a${index}`)}${step.slice(12)}`,
    1500,
  ],
  'a wide reach': [
    'scenario',
    (count) =>
      `scenario: s\nsteps:\n  - name: a\n    reach:\n      from: [bastion]\n      to: { ${grid(count, (index) => `t${index}: "10.0.0.1:80"`)} }\n      expect: { bastion: { ${grid(count, (index) => `t${index}: open`)} } }\n`,
    600,
  ],
  'a wide access': [
    'scenario',
    (count) =>
      `scenario: s\nsteps:\n  - name: a\n    access:\n      as: { agent: "agents[0]" }\n      calls: { ${grid(count, (index) => `"s3 ls s3://b${index}": { agent: allowed }`)} }\n`,
    600,
  ],
}

async function secondsOf(kind: 'cluster' | 'scenario', text: string): Promise<number> {
  const before = process.cpuUsage()
  if (kind === 'cluster') loadCluster(text, 'cluster.yaml')
  else await load(text)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

for (const [name, [kind, make, count]] of Object.entries(cases)) {
  t.test(`${name}: four times as many take about four times as long`, async (t) => {
    await secondsOf(kind, make(count))
    const [one, four] = [await secondsOf(kind, make(count)), await secondsOf(kind, make(4 * count))]
    // A time of the square would be sixteen times as long.
    t.ok(four < 9 * one + 0.3, `${one.toFixed(3)} s and ${four.toFixed(3)} s`)
  })
}

t.test('what is deeper, longer or more than anything that is meant is refused in a line', async (t) => {
  const expression = (text: string) => `${step}    expect: { "${text}": 1 }\n`
  for (const [code, kind, text] of [
    ['too-large', 'scenario', expression(`json${'.a'.repeat(100_000)}`)],
    ['too-large', 'scenario', expression(`json${'|a'.repeat(100_000)}`)],
    ['too-large', 'scenario', expression(`${'('.repeat(100_000)}json${')'.repeat(100_000)}`)],
    ['too-deep', 'cluster', `a: ${'['.repeat(100_000)}${']'.repeat(100_000)}\n`],
    ['too-deep', 'cluster', `a: ${'['.repeat(100_000)}\n`],
    ['too-deep', 'cluster', `a:\n  ${'- '.repeat(100_000)}x\n`],
    ['too-large', 'cluster', `a: ${'x'.repeat(2 ** 20)}\n`],
    [
      'too-large',
      'scenario',
      `a0: &a0 [x, x, x, x, x, x, x, x, x]\n${lines(9, (index) => `a${index + 1}: &a${index + 1} [${`*a${index}, `.repeat(9)}]`)}`,
    ],
  ] as const) {
    const { problems } = kind === 'cluster' ? loadCluster(text, 'f.yaml') : await load(text)
    t.same(
      problems.map((problem) => problem.code),
      [code],
      text.slice(0, 60),
    )
  }
})
