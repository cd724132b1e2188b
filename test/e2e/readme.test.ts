import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { blocksOf } from '../docs/pages.ts'
import { freshTerminal, makeClone } from './clone.ts'
import { allPassed, allScenarios, firstScenarios, root, start } from './product.ts'
import type { Ended } from './product.ts'

/** Every line that the README says to type in these sections, in the order written, in one clone. What can only be typed on AWS, or takes
 *  as long as this test itself, is held to the real command line by test/docs. */
const folder = mkdtempSync(join(tmpdir(), 'titus-bed-readme-'))
const clone = makeClone(join(folder, 'titus-bed'))
const prefix = join(folder, 'prefix')
const terminal = freshTerminal()
const path = `${join(prefix, 'bin')}:${terminal['PATH']}`
const env = { ...terminal, npm_config_prefix: prefix, npm_config_update_notifier: 'false', PATH: path }
const readme = readFileSync(join(root, 'README.md'), 'utf8')

function typeBlock(script: string): Promise<Ended> {
  return start('bash', ['-e', '-o', 'pipefail', '-c', script], clone, { timeoutMs: 600_000, env }).ended
}

function section(title: string): readonly string[] {
  return blocksOf(readme.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? '', 'sh')
}

t.teardown(async () => {
  await start('node', ['bin/titus-bed.cjs', 'destroy', '--yes'], clone, { env }).ended
  rmSync(folder, { recursive: true, force: true })
})

t.test('what the README says to type does what it says', { timeout: 1_200_000 }, async (t) => {
  const blocks = [...section('Start'), ...section('By hand')]
  t.equal(blocks.length, 5, 'no block is passed by')
  for (const block of blocks) {
    // What is typed on the gateway is sent there whole, with the two values that a person fills in.
    const there = block.startsWith('curl ')
    const outputs = there ? (JSON.parse((await typeBlock('npx titus-bed outputs --json')).stdout) as Record<string, string>) : {}
    const filled = block.replaceAll(/<(\w+)>/g, (_, name: string) => outputs[name] ?? '')
    const ended = await (there
      ? start('npx', ['titus-bed', 'exec', 'gateway', '--', 'sh', '-ec', filled.replaceAll('curl ', 'curl -fsS ')], clone, { env }).ended
      : typeBlock(filled))
    t.equal(ended.code, 0, block.split('\n')[0] ?? '', { stdout: ended.stdout.slice(-3000), stderr: ended.stderr.slice(-3000) })
    if (there) t.match(ended.stdout, /"titusagent"[^]*\{"id":"[\w-]{36}"\}$/, 'the group, and the id of the job')
    if (block.includes(' run scenarios')) t.match(ended.stdout, allPassed)
    if (block.startsWith('npm pack')) {
      const again = await typeBlock('npm run --silent demo')
      t.equal(again.code, 0, 'a demo finds everything there', { stdout: again.stdout.slice(-3000), stderr: again.stderr.slice(-3000) })
      t.match(
        again.stdout,
        new RegExp(`no changes[^]*scenarios: ${firstScenarios} passed[^]*What to type next[^]*all ${allScenarios} scenarios`, 'i'),
      )
    }
    if (block.includes(' status')) t.match(ended.stdout, /bastion[^]*\nactive\n/)
  }
})
