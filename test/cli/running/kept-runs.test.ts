import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { tempFolder } from '../fake-testbed.ts'
import { typeCommand } from '../type-command.ts'

/** A scenario of this computer that fails until a file `ready` is there, and removes `made` in the end. */
function scenarioIn(folder: string): string {
  return `scenario: it is made ready
vars: { word: hello }
steps:
  - { name: make, host: local, run: [sh, -c, 'echo made >>${folder}/made; echo "$0-id"', "\${{ word }}"], capture: { id: stdout, token: { from: "join('', [stdout, 'secret'])", secret: true } } }
  - { name: ready, host: local, run: [test, -e, ${folder}/ready] }
  - { name: used, host: local, run: [echo, "\${{ id }}", "\${{ token }}"], expect: { stdout: { contains: hello-id } } }
always:
  - { name: clear, host: local, run: [rm, ${folder}/made] }
`
}

t.test('what a failing scenario made is kept, gone on with, and cleared away', async (t) => {
  const cwd = tempFolder(t)
  writeFileSync(join(cwd, 'a.yaml'), scenarioIn(cwd))
  const made = join(cwd, 'made')
  const type = (...argv: readonly string[]) => typeCommand(cwd, ...argv, '--allow-local')
  t.match(await type('resume'), { code: 2, err: /\[nothing-kept\]/ })
  t.match(await type('run', 'a.yaml', '--keep-on-fail', '--retry', '1'), { code: 2, err: /\[bad-option\]/ })
  const ran = await type('run', 'a.yaml', '--keep-on-fail')
  t.match(ran, { code: 1, out: /skip {3}clear \(what it made is kept/, err: /kept: it is made ready\ntitus-bed resume \S+ goes on/ })
  t.ok(existsSync(made))
  const runs = join(cwd, '.titus-bed/local/runs')
  const [run = ''] = readdirSync(runs)
  t.equal(statSync(join(runs, run, 'kept.json')).mode & 0o777, 0o600)
  const again = await type('resume', run, '--keep-on-fail')
  t.match(again, { code: 1, err: /kept: it is made ready/ })
  t.notMatch(again.out, 'ok     make', 'it goes on where it failed')
  t.match(await type('resume', run), { code: 2, err: /the run \S+ kept nothing/ }, 'the newer run has it')
  t.match(await type('resume', '--from-step', '9'), { code: 2, err: /has no step 9/ })
  t.match(await type('resume', '--from-step', '1', '--keep-on-fail'), { code: 1, out: /ok {5}make/ }, 'also from a step before')
  t.match(await type('resume', '--from-step', 'x'), { code: 2, err: /\[bad-option\]/ })
  t.ok(existsSync(made))
  writeFileSync(join(cwd, 'ready'), '')
  const passed = await type('resume')
  t.match(passed, { code: 0, out: /ok {5}ready[^]*ok {5}used[^]*ok {5}clear/ })
  t.notMatch(passed.out, 'hello-id\nsecret')
  t.notOk(existsSync(made))
  t.match(await type('release'), { code: 2, err: /\[nothing-kept\]/ })
})

t.test('a damaged record of what was kept is named, and is neither nothing nor a defect of ours', async (t) => {
  const cwd = tempFolder(t)
  writeFileSync(join(cwd, 'a.yaml'), scenarioIn(cwd))
  const type = (...argv: readonly string[]) => typeCommand(cwd, ...argv, '--allow-local')
  await type('run', 'a.yaml', '--keep-on-fail')
  const runs = join(cwd, '.titus-bed/local/runs')
  const record = join(runs, readdirSync(runs)[0] ?? '', 'kept.json')
  const whole = readFileSync(record, 'utf8')
  const texts = [
    '',
    'garbage',
    'null',
    '{}',
    '[]',
    '[1]',
    '[{}]',
    whole.slice(0, 60),
    whole.replace('failedAt', 'failed'),
    whole.replace('"hidden": [', '"hidden": [1,'),
  ]
  for (const text of texts) {
    writeFileSync(record, text)
    for (const command of ['resume', 'release'])
      t.match(await type(command), { code: 3, err: `${record} is damaged` }, `${command} with ${JSON.stringify(text)}`)
  }
  rmSync(record)
  mkdirSync(record)
  t.match(await type('resume'), { code: 3, err: `${record} is a folder` })
  rmSync(record, { recursive: true })
  execFileSync('mkfifo', [record])
  t.match(await type('release'), { code: 3, err: `${record} is no regular file` }, 'and a pipe is not waited for')
})

t.test('release runs what clears away, and nothing else', async (t) => {
  const cwd = tempFolder(t)
  writeFileSync(join(cwd, 'a.yaml'), scenarioIn(cwd))
  writeFileSync(join(cwd, 'b.yaml'), 'scenario: nothing to clear\nsteps:\n  - { host: local, run: "false" }\n')
  const type = (...argv: readonly string[]) => typeCommand(cwd, ...argv, '--allow-local')
  await type('run', 'a.yaml', '--keep-on-fail')
  const released = await type('release')
  t.match(released, { code: 0, out: /ok {5}clear/ })
  t.notMatch(released.out, 'ready (')
  t.notOk(existsSync(join(cwd, 'made')))
  await type('run', 'b.yaml', '--keep-on-fail')
  t.match(await type('release'), { code: 0, out: 'there is nothing to clear away\n' })
  await type('run', 'a.yaml', '--keep-on-fail')
  writeFileSync(join(cwd, 'a.yaml'), 'scenario: another\nsteps:\n  - { host: local, run: "true" }\n')
  t.match(await type('release'), { code: 2, err: /has no sound scenario "it is made ready" any more/ })
})

t.test('what a run kept is gone on with, and explained, by the variables of the project', async (t) => {
  const cwd = tempFolder(t)
  writeFileSync(join(cwd, 'titus-bed.yaml'), 'vars: { word: hello }\n')
  writeFileSync(
    join(cwd, 'a.yaml'),
    `scenario: a\nsteps:\n  - { host: local, run: [test, "\${{ word }}", "=", "hello", -a, -e, "${cwd}/ready"] }\n`,
  )
  const type = (...argv: readonly string[]) => typeCommand(cwd, ...argv)
  t.match(await type('explain', 'a.yaml'), { code: 0, out: /test hello '=' hello/ })
  t.match(await type('run', 'a.yaml', '--allow-local', '--keep-on-fail'), { code: 1 })
  writeFileSync(join(cwd, 'ready'), '')
  t.match(await type('resume', '--allow-local'), { code: 0, out: /1 passed/ })
})
