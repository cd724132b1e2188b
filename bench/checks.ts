import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findProgram, searchFolders } from '../system/find-program.ts'
import { shellWord } from '../system/shell-quote.ts'
import type { Workspace } from '../stack/workspace.ts'
import { time } from './figure.ts'
import type { Bench, Figure } from './figure.ts'
import { runProgram, titusBed } from './program.ts'
import { endSharing, writeSharingConfig } from './steps.ts'

const host = 'gateway'

/** Ten commands that end well on every machine. */
const checks = [
  'test -e /etc/hostname',
  'id -u',
  'uname -r',
  'test -d /var/log',
  'grep -q ^ID= /etc/os-release',
  'stat -c %a /tmp',
  'getent passwd root',
  'test -x /bin/sh',
  'ls /etc/ssh',
  'date +%Y',
]

/** One way to make the checks; `run` is undefined where its program is not installed. */
interface Contender {
  readonly name: string
  readonly how: string
  readonly run: (() => Promise<unknown>) | undefined
}

/** Ten checks of one machine, as a whole process each: titus-bed, a script over OpenSSH with a shared connection, and the peers that are
 *  installed, in turns. Each connects anew. @param cwd  the folder of the testbed */
export async function measureChecks({ folder, runs, say, signal }: Bench, cwd: string, workspace: Workspace): Promise<readonly Figure[]> {
  const config = await writeSharingConfig(folder, workspace.sshConfig)
  const contenders = await writeContenders(folder, config, cwd, signal)
  const samples = contenders.map((): number[] => [])
  for (let round = 0; round < Math.max(runs, 7); round += 1) {
    say(`checks: round ${round + 1}`)
    // Who is first in one round is last in the next.
    const order = [...contenders.entries()]
    for (const [index, { run }] of round % 2 === 0 ? order : order.toReversed()) {
      if (run === undefined) continue
      samples[index]?.push(await time(run))
      await endSharing(config)
    }
  }
  return contenders.map(({ name, how, run }, index) => ({
    name: `ten checks, ${name}`,
    cold: [],
    warm: samples[index] ?? [],
    how: run === undefined ? `not installed here: ${how}` : how,
  }))
}

async function writeContenders(folder: string, config: string, cwd: string, signal: AbortSignal): Promise<readonly Contender[]> {
  const file = (name: string) => join(folder, name)
  const lines = (render: (check: string, index: number) => string) => checks.map(render).join('')
  const scenario = lines((check, index) => `  - name: check ${index + 1}\n    host: ${host}\n    run: ${check}\n`)
  await writeFile(file('ten-checks.yaml'), `scenario: ten checks\nsteps:\n${scenario}`)
  await writeFile(
    file('ten-checks.sh'),
    `#!/bin/sh\nset -eu\n${lines((check) => `ssh -F ${shellWord(config)} ${host} ${check} >/dev/null 2>&1\n`)}`,
  )
  await chmod(file('ten-checks.sh'), 0o700)
  await writeFile(
    file('test_ten.py'),
    lines((check, index) => `def test_${index}(host):\n    assert host.run(${JSON.stringify(check)}).rc == 0\n\n`),
  )
  const tasks = lines((check) => `    - raw: ${check}\n`)
  await writeFile(file('ten-checks.playbook'), `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}`)
  const program =
    (name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    () =>
      runProgram(name, args, { cwd: folder, env: { ...process.env, ...env }, signal })
  const pytest = ['pytest-3', 'py.test-3', 'pytest'].find((name) => installed(name) !== undefined)
  const testinfra = pytest !== undefined && (await hasTestinfra(pytest, folder, signal))
  return [
    {
      name: 'titus-bed',
      how: `\`titus-bed run\` with ten steps on the ${host}, from the start of the process to its end; all contenders in turns`,
      run: () => titusBed(['run', file('ten-checks.yaml')], { cwd, signal }),
    },
    { name: 'OpenSSH', how: 'a shell script with ssh, ProxyJump and ControlMaster', run: program('sh', [file('ten-checks.sh')]) },
    {
      name: 'testinfra',
      how: 'pytest with ten tests over its ssh backend',
      run: testinfra
        ? program(pytest, ['-q', '-p', 'no:cacheprovider', `--hosts=ssh://${host}`, `--ssh-config=${config}`, file('test_ten.py')])
        : undefined,
    },
    {
      name: 'ansible',
      how: 'a playbook with ten raw tasks and no facts',
      run:
        installed('ansible-playbook') === undefined
          ? undefined
          : program('ansible-playbook', ['-i', `${host},`, file('ten-checks.playbook')], { ANSIBLE_SSH_ARGS: `-F ${config}` }),
    },
  ]
}

function installed(name: string): string | undefined {
  return findProgram(name, searchFolders(process.env['PATH'] ?? ''))
}

/** Testinfra is a plugin of pytest: it is there when pytest has its option. */
async function hasTestinfra(pytest: string, cwd: string, signal: AbortSignal): Promise<boolean> {
  const help = await runProgram(pytest, ['--help'], { cwd, signal }).catch(() => '')
  return help.includes('--hosts')
}
