import t from 'tap'
import type { Command, CommandDefinition } from '../../../cli/command.ts'
import { completeWords } from '../../../cli/completion/complete-words.ts'
import type { FindCandidates } from '../../../cli/completion/complete-words.ts'

const examples: CommandDefinition['examples'] = [['titus-bed x', 'x']]
async function run() {
  return 0
}
const definitions: Readonly<Record<string, CommandDefinition>> = {
  run: {
    arguments: [{ name: '[files...]', description: '', completes: 'yaml' }],
    options: [
      { flags: '--testbed <name>', description: '', completes: 'testbed' },
      { flags: '--tag <tag>', description: '', repeatable: true },
      { flags: '--bail', description: '' },
    ],
    examples,
    run,
  },
  exec: {
    arguments: [
      { name: '<host>', description: '', completes: 'host' },
      { name: '<command...>', description: '' },
    ],
    options: [{ flags: '--testbed <name>', description: '', completes: 'testbed' }],
    passThrough: true,
    examples,
    run,
  },
  matrix: { options: [{ flags: '--format <format>', description: '', completes: ['json', 'names'] }], examples, run },
}
const commands: readonly Command[] = Object.entries(definitions).map(([name, command]) => ({
  name,
  summary: '',
  load: async () => ({ command }),
}))

async function find(...[kind, , options]: Parameters<FindCandidates>): ReturnType<FindCandidates> {
  if (typeof kind !== 'string') return kind
  return (
    { testbed: ['blue', 'green'], host: [`gateway-of-${options['testbed'] ?? 'last'}`], yaml: ['a.yaml', 'folder/'] }[kind as string] ?? []
  )
}

t.test('what could stand in place of the last word', async (t) => {
  for (const [words, expected] of [
    [[], ['run', 'exec', 'matrix', '--help', '--version']],
    [[''], ['run', 'exec', 'matrix', '--help', '--version']],
    [['e'], ['exec']],
    [['--v'], ['--version']],
    [
      ['run', ''],
      ['a.yaml', 'folder/'],
    ],
    [['run', 'a.yaml', 'f'], ['folder/']],
    [
      ['run', '-'],
      ['--testbed', '--tag', '--bail', '--no-config', '--help'],
    ],
    [
      ['run', '--tag', 'x', '--bail', '-'],
      ['--testbed', '--tag', '--no-config', '--help'],
    ],
    [
      ['run', '--testbed', ''],
      ['blue', 'green'],
    ],
    [['run', '--testbed', 'g'], ['green']],
    [['run', '--testbed=g'], ['--testbed=green']],
    [['run', '--testbed', '=', 'g'], ['green']],
    [['run', '--tag', ''], []],
    [
      ['run', '--tag=x', ''],
      ['a.yaml', 'folder/'],
    ],
    [['exec', ''], ['gateway-of-last']],
    [['exec', '--testbed', 'blue', ''], ['gateway-of-blue']],
    [['exec', '--testbed=blue', ''], ['gateway-of-blue']],
    [['exec', 'gateway', '-'], []],
    [['matrix', '--format', 'j'], ['json']],
    [['matrix', ''], []],
    [['nothing', ''], []],
  ] as const) {
    t.same(await completeWords(words, commands, find), expected, words.join(' '))
  }
})
