import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { tempFolder } from '../fake-testbed.ts'
import { typeCommand } from '../type-command.ts'

const sound = 'scenario: x\nsteps:\n  - { name: a, host: bastion, run: "true" }\n'
const wrong = 'scenario: y\nsteps:\n  - { name: a, host: nowhere, run: "true" }\n'

t.test('validate: every file of the usual places, each by what it is', async (t) => {
  const folder = tempFolder(t)
  mkdirSync(join(folder, 'scenarios'))
  writeFileSync(join(folder, 'cluster.yaml'), 'name: blue\n')
  writeFileSync(join(folder, 'scenarios/x.yaml'), sound)
  t.match(await typeCommand(folder, 'validate'), { code: 0, out: '2 files are valid\n' })
  t.match(await typeCommand(folder, 'validate', 'scenarios/x.yaml'), { code: 0, out: '1 file is valid\n' })
})

t.test('validate: the problems of all files come at once, each with its place', async (t) => {
  const folder = tempFolder(t)
  mkdirSync(join(folder, 'scenarios'))
  writeFileSync(join(folder, 'cluster.yaml'), 'nam: blue\n')
  writeFileSync(join(folder, 'scenarios/x.yaml'), sound)
  writeFileSync(join(folder, 'scenarios/y.yaml'), wrong)
  const { code, out, err } = await typeCommand(folder, 'validate')
  t.equal(code, 2)
  t.equal(out, '')
  t.match(err, /cluster\.yaml:1:1/)
  t.match(err, /scenarios\/y\.yaml:3:\d+/)
  t.notMatch(err, /x\.yaml/)
})

t.test('validate: where there is nothing to check, that is no success', async (t) => {
  const folder = tempFolder(t)
  t.match(await typeCommand(folder, 'validate'), { code: 2, err: /neither a cluster\.yaml nor a folder scenarios[^]*titus-bed init/ })
  t.match(await typeCommand(folder, 'validate', 'no-such.yaml', 'nor-this.yaml'), { code: 2, err: /no-such\.yaml[^]*nor-this\.yaml/ })
})

/** A project with scenarios, and beside it a file that is none of its own. */
function projectBesideSecret(t: Test): { readonly project: string; readonly secret: string } {
  const root = tempFolder(t)
  const project = join(root, 'project')
  for (const folder of ['scenarios/lib', '.git', '.titus-bed']) mkdirSync(join(project, folder), { recursive: true })
  const secret = join(root, 'shadow')
  for (const file of [secret, join(project, '.git/config'), join(project, '.titus-bed/key')]) writeFileSync(file, 'root:$6$secret:19000\n')
  return { project, secret }
}

t.test('validate: what a scenario names stays in its project, and nothing else is shown', async (t) => {
  const { project, secret } = projectBesideSecret(t)
  symlinkSync(secret, join(project, 'scenarios/link.yaml'))
  const file = join(project, 'scenarios/a.yaml')
  const told = async (step: string, ...more: readonly string[]) => {
    writeFileSync(file, `scenario: x\nsteps:\n  - { host: bastion, run: "true" }\n  - ${step}\n`)
    return typeCommand(project, 'validate', 'scenarios/a.yaml', ...more)
  }
  const hidden = ['../.git/config', '../.titus-bed/key', './lib/../../.git/config']
  for (const path of [secret, '../../shadow', 'link.yaml', '../../not-there', ...hidden]) {
    for (const step of [
      `use: ${path}`,
      `{ host: bastion, copy: { put: ${path}, to: /tmp/x } }`,
      `{ host: bastion, http: { get: "https://a/", ca: ${path} } }`,
      `{ host: bastion, copy: { get: /etc/hostname, to: ${path} } }`,
    ]) {
      const { code, out, err } = await told(step)
      t.equal(code, 2, step)
      t.match(err, /\[file-outside\]/, step)
      t.notMatch(out + err, /\$6\$secret/, step)
    }
  }
  t.match(await told(`{ host: bastion, copy: { put: ${secret}, to: /tmp/x } }`), { err: /--allow-local/ })
  for (const step of [`{ host: bastion, copy: { put: ../../shadow, to: /tmp/x } }`, `{ host: bastion, copy: { get: x, to: ${secret} } }`])
    t.match(await told(step, '--allow-local'), { code: 0 }, step)
  for (const path of hidden) t.match(await told(`use: ${path}`, '--allow-local'), { code: 2, err: /\[file-outside\]/ }, path)
  for (const [to, what] of [
    ['lib', 'a folder'],
    ['new/', 'a folder'],
    ['.', 'a folder'],
  ] as const)
    t.match(await told(`{ host: bastion, copy: { get: /etc/hostname, to: ${to} } }`), { code: 2, err: new RegExp(`${to} is ${what}`) })
  for (const to of ['new.txt', 'results/new.txt', '../out/new.txt', '"-new"', '"${{ testbed.name }}.txt"'])
    t.match(await told(`{ host: bastion, copy: { get: /etc/hostname, to: ${to} } }`), { code: 0 }, to)
})

t.test('validate: a pipe is not waited for, and no device is read', async (t) => {
  const { project } = projectBesideSecret(t)
  execFileSync('mkfifo', [join(project, 'scenarios/pipe')])
  writeFileSync(join(project, 'scenarios/long.yaml'), '#'.repeat(2 ** 20 + 1))
  const refused = { pipe: /pipe is no regular file/, 'long.yaml': /long\.yaml has more than 1 MiB/, lib: /lib is a folder/ }
  for (const [path, reason] of Object.entries(refused)) {
    writeFileSync(join(project, 'scenarios/a.yaml'), `scenario: x\nsteps:\n  - use: ${path}\n`)
    t.match(await typeCommand(project, 'validate', 'scenarios/a.yaml'), { code: 2, err: reason }, path)
  }
  writeFileSync(join(project, 'scenarios/a.yaml'), `scenario: x\nsteps:\n  - use: /dev/zero\n`)
  t.match(await typeCommand(project, 'validate', 'scenarios/a.yaml', '--allow-local'), { code: 2, err: /zero is no regular file/ })
  for (const command of ['validate', 'plan', 'apply', 'matrix', 'test'])
    for (const file of ['scenarios/pipe', '/dev/zero', 'scenarios/long.yaml'])
      t.match(await typeCommand(project, command, file), { code: 2, err: /is no regular file|has more than 1 MiB/ }, `${command} ${file}`)
})

t.test('validate: the problems as data', async (t) => {
  const cwd = tempFolder(t)
  writeFileSync(join(cwd, 'a.yaml'), 'scenario: x\nsteps:\n  - { host: gatewy, run: "true" }\n')
  writeFileSync(join(cwd, 'b.yaml'), 'name: blue\n')
  const { code, out, err } = await typeCommand(cwd, 'validate', '--json', 'a.yaml', 'b.yaml')
  t.equal(code, 2)
  t.equal(err, '')
  const told = JSON.parse(out) as { readonly problems: readonly Readonly<Record<string, unknown>>[] }
  t.match(told, { valid: false, files: ['a.yaml', 'b.yaml'] })
  t.strictSame(
    told.problems.filter(({ severity }) => severity === 'error').map(({ expected, ...rest }) => ({ ...rest, expected: typeof expected })),
    [
      {
        severity: 'error',
        code: 'unknown-host',
        file: 'a.yaml',
        line: 3,
        column: 13,
        length: 6,
        message: 'there is no host gatewy',
        expected: 'string',
        hint: 'did you mean "gateway"?',
      },
    ],
  )
  t.match(await typeCommand(cwd, 'validate', '--json', 'b.yaml'), { code: 0, out: /"valid": true/ })
  const missing = await typeCommand(cwd, 'validate', '--json', 'no.yaml')
  t.equal(missing.code, 2)
  t.match(JSON.parse(missing.out), { valid: false, files: [], problems: [{ code: 'no-such-file' }] })
})
