import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { program } from '../cli/program.ts'
import { readPages } from './pages.ts'

/** The file whose problems the README shows. */
const file = `# yaml-language-server: $schema=./schemas/scenario.schema.json
scenario: the gateway is up
steps:
  - name: its service is active
    host: gatway
    run: systemctl is-active titus-server-gateway
    expct: { stdout: active }
`

t.test('the problems that the README shows are those that are told', async (t) => {
  const { 'README.md': readme = '' } = readPages()
  const [shown = ''] = /^first\.yaml:[^]*?(?=^```)/m.exec(readme) ?? []
  const folder = t.testdir()
  writeFileSync(join(folder, 'first.yaml'), file)
  const [node, ...start] = program
  const { status, stderr } = spawnSync(node, [...start, 'validate', 'first.yaml'], { cwd: folder, encoding: 'utf8' })
  t.equal(status, 2)
  t.equal(stderr.replaceAll(/\n{2,}/g, '\n'), shown)
})
