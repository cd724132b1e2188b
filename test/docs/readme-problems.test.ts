import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { readPages } from './pages.ts'

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
const tsLoader = new URL('../../setup/ts-loader.mjs', import.meta.url).href

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
  const argv = ['--import', tsLoader, main, 'validate', 'first.yaml']
  const { status, stderr } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' })
  t.equal(status, 2)
  t.equal(stderr.replaceAll(/\n{2,}/g, '\n'), shown)
})
