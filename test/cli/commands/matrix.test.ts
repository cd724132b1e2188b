import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { tempFolder } from '../fake-testbed.ts'
import { typeCommand } from '../type-command.ts'

const cluster = 'name: blue\nmatrix:\n  agents.instanceType: [m4.large, m5.large]\n'

t.test('matrix: the cells in each format, and what CI does with them', async (t) => {
  const folder = tempFolder(t)
  writeFileSync(join(folder, 'cluster.yaml'), cluster)
  const cells = [
    { cell: 'm4.large', 'agents.instanceType': 'm4.large', usdPerHour: 0.3684 },
    { cell: 'm5.large', 'agents.instanceType': 'm5.large', usdPerHour: 0.3644 },
  ]
  const json = await typeCommand(folder, 'matrix')
  t.equal(json.code, 0)
  t.same(JSON.parse(json.out), cells)
  t.equal((await typeCommand(folder, 'matrix', '--format', 'names')).out, 'm4.large\nm5.large\n')
  t.equal((await typeCommand(folder, 'matrix', '--format', 'github')).out, `matrix=${JSON.stringify({ include: cells })}\n`)
})

t.test('matrix: a format that is not known, a file that is not there', async (t) => {
  const folder = tempFolder(t)
  writeFileSync(join(folder, 'cluster.yaml'), cluster)
  const format = await typeCommand(folder, 'matrix', '--format', 'gitlab')
  t.equal(format.code, 2)
  t.match(format.err, /--format gitlab is not known[^]*json, github, names/)
  const file = await typeCommand(folder, 'matrix', 'other.yaml')
  t.equal(file.code, 2)
  t.match(file.err, /other\.yaml[^]*titus-bed init writes one/)
})
