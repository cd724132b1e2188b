import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { completionScripts } from '../../../cli/completion/scripts.ts'
import { shellWord } from '../../../system/shell-quote.ts'
import { raisedWorkspace, tempFolder, testbedOn } from '../fake-testbed.ts'
import { program } from '../program.ts'
import { typeCommand } from '../type-command.ts'

const cwd = tempFolder(t)
raisedWorkspace(cwd, testbedOn('lab', 'blue'))
mkdirSync(join(cwd, 'scenarios'))
writeFileSync(join(cwd, 'scenarios/a b.yaml'), '')
writeFileSync(join(cwd, 'titus-bed'), `#!/bin/sh\nexec ${program.map(shellWord).join(' ')} "$@"\n`)
chmodSync(join(cwd, 'titus-bed'), 0o755)
for (const [shell, script] of Object.entries(completionScripts)) writeFileSync(join(cwd, `script.${shell}`), script)

/** What a real shell offers for words, the last of which is at work. */
const offers: Readonly<Record<string, (words: readonly string[]) => readonly string[]>> = {
  bash: (words) => [
    'bash',
    '--norc',
    '-c',
    `source script.bash; COMP_WORDS=(${words.map(shellWord).join(' ')}); COMP_CWORD=${words.length - 1}; _titus_bed titus-bed; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ],
  // Compadd works in a line editor alone; what it would get is what counts.
  zsh: (words) => [
    'zsh',
    '-fc',
    `compdef() { : }; source ./script.zsh; compadd() { while [[ $1 != -- ]]; do shift; done; shift; (( $# )) && print -rl -- "$@"; true }; _files() { : }; words=(${words.map(shellWord).join(' ')}); CURRENT=${words.length}; _titus_bed`,
  ],
  fish: (words) => ['fish', '--no-config', '-c', `source script.fish; complete -C ${shellWord(words.join(' '))}`],
}

function complete(shell: string, words: readonly string[]): readonly string[] {
  const [program = '', ...args] = offers[shell]?.(words) ?? []
  const env = { PATH: `${cwd}:${process.env['PATH'] ?? ''}`, HOME: cwd, TERM: 'dumb' }
  const said = execFileSync(program, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  return said.split('\n').filter((line) => line !== '')
}

for (const shell of Object.keys(completionScripts)) {
  t.test(`${shell} completes commands, options, testbeds, hosts and files`, async (t) => {
    t.same(complete(shell, ['titus-bed', 'ssh-']), ['ssh-config'])
    t.same(complete(shell, ['titus-bed', 'run', '--repo']), ['--reporter'])
    t.same(complete(shell, ['titus-bed', 'ssh', '--testbed', 'b']), ['blue'])
    t.same(complete(shell, ['titus-bed', 'exec', 'agents[0']), ['agents[0]'])
    t.same(complete(shell, ['titus-bed', 'run', 'scenarios/']), ['scenarios/a b.yaml'])
  })
}

t.test('the command prints the script of a shell, and knows which there are', async (t) => {
  for (const [shell, script] of Object.entries(completionScripts))
    t.same(await typeCommand(cwd, 'completion', shell), { code: 0, out: script, err: '' })
  t.match(await typeCommand(cwd, 'completion', 'fsh'), { code: 2, err: /\[unknown-shell\][^]*fish/ })
  t.match(await typeCommand(cwd, 'completion', 'bash', '--', 'validate', '--help', '--js'), { code: 0, out: '--json\n' })
})
