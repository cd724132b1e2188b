import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { prepareRun } from '../../../cli/running/prepare-run.ts'
import { runPrepared } from '../../../cli/running/run-prepared.ts'
import { invocationIn, problemsOf, raisedWorkspace, tempFolder, testbedOn } from '../fake-testbed.ts'
import { typeCommand } from '../type-command.ts'

const typed = { words: ['run'], options: ['var', 'vars'] }

function folderOf(t: Test, files: Readonly<Record<string, string>>): string {
  const cwd = tempFolder(t)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
  return cwd
}

/** Runs `a.yaml` under options, on a testbed without machines. */
async function runA(cwd: string, options: Readonly<Record<string, unknown>>) {
  const { invocation, out, err } = invocationIn(cwd, { options: { reporter: ['spec', 'json=report.json'], allowLocal: true, ...options } })
  const prepared = await prepareRun(invocation, ['a.yaml'], typed)
  const testbed = testbedOn('lab')
  const workspace = raisedWorkspace(cwd, testbed)
  const code = await runPrepared(invocation, prepared, workspace, testbed)
  return { code, out: out(), err: err(), report: readFileSync(join(cwd, 'report.json'), 'utf8'), workspace }
}

const scenario = `scenario: values come from outside
vars: { image: nginx, count: 1, tag: stable, all: '\${{ image }}:\${{ tag }}' }
steps:
  - assert: { image: EXPECTED, count: COUNT, tag: stable, all: 'EXPECTED:stable' }
`

t.test('--var is stronger than --vars, which is stronger than the scenario; types are those of YAML', async (t) => {
  const cwd = folderOf(t, {
    'a.yaml': scenario.replaceAll('EXPECTED', 'redis').replace('COUNT', '3'),
    'one.yaml': 'image: httpd\ncount: 2\n',
    'two.yaml': 'count: 3\nother: 1\n',
  })
  const { code, out, err } = await runA(cwd, { vars: ['one.yaml', 'two.yaml'], var: ['image=caddy', 'image=redis'] })
  t.equal(code, 0, out)
  t.match(err, /two.yaml:2:1[^]*other[^]*unknown-variable/, 'a name that a file gives and nobody has is a warning')
  const plain = folderOf(t, { 'a.yaml': scenario.replaceAll('EXPECTED', 'nginx').replace('COUNT', '1') })
  t.equal((await runA(plain, {})).code, 0, 'without them the scenario has its own')
})

t.test('what is wrong with them is told at once, before anything runs', async (t) => {
  const cwd = folderOf(t, { 'a.yaml': scenario, 'bad.yaml': 'image: 1.20\ncount: ${{ x }}\n' })
  const told = async (...argv: readonly string[]) => {
    const { code, err } = await typeCommand(cwd, 'run', 'a.yaml', ...argv)
    t.equal(code, 2, argv.join(' '))
    return err
  }
  t.match(await told('--var', 'imge=x'), /no scenario[^]*imge[^]*unknown-variable[^]*image, count, tag, all[^]*did you mean "?image/)
  t.match(
    await told('--var', 'image', '--var', 'tag=1.20'),
    /--var image gives no value[^]*--var tag=1.20: YAML reads 1.20 as the number 1.2/,
  )
  t.match(await told('--vars', 'none.yaml'), 'none.yaml')
  t.match(await told('--vars', 'bad.yaml'), /bad.yaml:1:8[^]*bad.yaml:2:8/)
  const { invocation } = invocationIn(cwd, { options: { var: ['image=redis'] } })
  const { reporting } = await prepareRun(invocation, ['a.yaml'], typed)
  t.ok(reporting)
})

t.test('a secret comes from the environment, and stays out of all that is written', async (t) => {
  const name = 'TITUS_BED_TEST_TOKEN'
  const secret = `pa'ss "wörd"/+&`
  t.teardown(() => delete process.env[name])
  const shows = `scenario: another one shows it
steps:
  - { host: local, run: [printf, '%s%s', ${JSON.stringify(secret.slice(0, 6))}, ${JSON.stringify(secret.slice(6))}], expect: { stdout: shown } }
`
  const uses = `scenario: it is used
secrets: [${name}]
steps:
  - host: local
    script: printf '%s' "$T"; printf '%s' "$T" | base64 >&2; printf '%s' "$T" | od -An -tx1 | tr -d ' \\n' >&2
    env: { T: '\${{ ${name} }}' }
    expect: { stdout: '\${{ ${name} }}', stderr: never }
`
  const cwd = folderOf(t, { 'a.yaml': uses, 'b.yaml': shows })
  t.match(await problemsOf(runA(cwd, {})), [{ code: 'missing-secret', place: { line: 2, column: 11 }, message: new RegExp(name) }])
  t.equal((await typeCommand(cwd, 'run', 'a.yaml')).code, 2)
  const checked = await typeCommand(cwd, 'validate', 'a.yaml')
  t.equal(checked.code, 0, 'a file is sound whatever this computer has')
  t.match(checked.err, 'missing-secret')
  process.env[name] = 'abc'
  t.match(await problemsOf(runA(cwd, {})), [{ message: /too short/ }])
  process.env[name] = secret
  const { invocation, out } = invocationIn(cwd, {
    options: { reporter: ['spec', 'json=r.json', 'junit=r.xml', 'tap=r.tap'], allowLocal: true },
  })
  const prepared = await prepareRun(invocation, ['b.yaml', 'a.yaml'], typed)
  const testbed = testbedOn('lab')
  t.equal(await runPrepared(invocation, prepared, raisedWorkspace(cwd, testbed), testbed), 1)
  const written = [out(), ...['r.json', 'r.xml', 'r.tap'].map((file) => readFileSync(join(cwd, file), 'utf8'))]
  const forms = [secret, Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex'), JSON.stringify(secret).slice(1, -1)]
  for (const text of written) {
    for (const form of forms) t.notOk(text.includes(form), form)
    t.match(text, /\*\*\*/)
  }
})
