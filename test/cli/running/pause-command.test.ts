import t from 'tap'
import { readPauseCommand } from '../../../cli/running/pause-command.ts'

t.test('a line is understood as a word or its first letter; anything else asks for help', async (t) => {
  t.same(readPauseCommand(' retry '), { kind: 'choice', choice: 'retry' })
  t.same(readPauseCommand('n'), { kind: 'choice', choice: 'next' })
  t.same(readPauseCommand('quit'), { kind: 'choice', choice: 'quit' })
  t.same(readPauseCommand('vars'), { kind: 'vars' })
  t.same(readPauseCommand('shell agents[0]'), { kind: 'shell', host: 'agents[0]' })
  for (const line of ['', 'shell', 'shell a b', 'retry now', 'rm -rf /', '?', 'next; quit'])
    t.same(readPauseCommand(line), { kind: 'help' }, line)
})
