import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { tellFindings } from '../../../cli/commands/doctor.ts'
import { productRoot } from '../../../cli/product/folders.ts'
import type { Finding } from '../../../lab/doctor.ts'
import { tempFolder } from '../fake-testbed.ts'
import { recordTerminal } from '../terminal.ts'
import { typeCommand } from '../type-command.ts'

t.test('init: each file that it wrote is named, and is the shipped one', async (t) => {
  const folder = tempFolder(t)
  const { code, out, err } = await typeCommand(folder, 'init')
  t.equal(code, 0)
  const files = out.trimEnd().split('\n')
  t.ok(files.includes('cluster.yaml'))
  t.ok(files.includes('scenarios/lib/kill.yaml'))
  for (const file of files) {
    t.equal(readFileSync(join(folder, file), 'utf8'), readFileSync(join(productRoot(), file), 'utf8'), file)
  }
  t.same(readdirSync(folder).toSorted(), ['cluster.yaml', 'scenarios', 'schemas'])
  t.match(err, /^next: (sudo .*)?\S.* apply\n$/)
  t.notMatch(err, 'cd ')
})

t.test('init: the schemas lie where the first lines of the files point', async (t) => {
  const folder = tempFolder(t)
  const { out } = await typeCommand(folder, 'init', 'bed')
  for (const file of out
    .trimEnd()
    .split('\n')
    .filter((name) => name.endsWith('.yaml'))) {
    const [, schema] = /yaml-language-server: \$schema=(\S+)/.exec(readFileSync(join(folder, file), 'utf8')) ?? []
    t.ok(schema !== undefined && existsSync(join(folder, file, '..', schema)), `${file} -> ${schema}`)
  }
})

t.test('init: --name names the testbed and nothing else', async (t) => {
  const folder = tempFolder(t)
  const { code, err } = await typeCommand(folder, 'init', 'my bed', '--name', 'blue')
  t.equal(code, 0)
  t.match(err, /next: cd 'my bed' && /)
  const [named, shipped] = [join(folder, 'my bed'), productRoot()].map((root) => readFileSync(join(root, 'cluster.yaml'), 'utf8'))
  t.equal(named, shipped?.replace(/^name: .*$/m, 'name: "blue"'))
})

t.test('init: a name that no testbed can have is told as in a cluster file, and nothing is written', async (t) => {
  const folder = tempFolder(t)
  for (const name of ['', 'Blue', 'a b', '../up', 'x'.repeat(64)]) {
    const { code, out, err } = await typeCommand(folder, 'init', 'bed', '--name', name)
    t.equal(code, 2, name)
    t.match(err, `--name ${name}: `)
    t.equal(out, '')
  }
  t.same(readdirSync(folder), [])
})

t.test('init: overwrites nothing, and says how much is there', async (t) => {
  const folder = tempFolder(t)
  mkdirSync(join(folder, 'one/schemas'), { recursive: true })
  writeFileSync(join(folder, 'one/schemas/cluster.schema.json'), '{}')
  const one = await typeCommand(folder, 'init', 'one')
  t.equal(one.code, 2)
  t.match(one.err, 'one/schemas/cluster.schema.json exists already [file-exists]\n')
  t.same(readdirSync(join(folder, 'one')), ['schemas'], 'nothing was written beside it')
  t.equal((await typeCommand(folder, 'init', 'two')).code, 0)
  t.match((await typeCommand(folder, 'init', 'two')).err, /two\/cluster\.yaml exists already, and \d+ more \[/)
})

t.test('doctor: what is well in a line, what is not with its cure, and an exit code for scripts', async (t) => {
  const { terminal, out } = recordTerminal()
  t.equal(tellFindings([{ id: 'root', ok: true, what: 'root', cure: 'not told' }], terminal), 0)
  t.equal(out(), 'ok   root\n')
  const ill = recordTerminal()
  const findings: readonly Finding[] = [
    { id: 'root', ok: true, what: 'root' },
    { id: 'nft', ok: false, what: 'nft is not there', cure: 'apt-get install nftables' },
    { id: 'odd', ok: false, what: 'nobody knows why' },
  ]
  t.equal(tellFindings(findings, ill.terminal), 3)
  const narrow = recordTerminal({ out: true, columns: 30, env: { NO_COLOR: '1' } })
  tellFindings(
    [{ id: 'nft', ok: false, what: 'nft, which filters packets, is not there', cure: 'apt-get install nftables' }],
    narrow.terminal,
  )
  t.equal(
    narrow.out(),
    'FAIL nft, which filters\n     packets, is not there\n     cure: apt-get install\n     nftables\n',
    'broken between words',
  )
  const warned = recordTerminal()
  t.equal(tellFindings([{ id: 'volume', ok: false, isWarning: true, what: 'no loop devices', cure: 'modprobe loop' }], warned.terminal), 0)
  t.equal(warned.out(), 'warn no loop devices\n     cure: modprobe loop\n')
  t.equal(ill.out(), 'ok   root\nFAIL nft is not there\n     cure: apt-get install nftables\nFAIL nobody knows why\n')
})
