import { execFileSync } from 'node:child_process'
import t from 'tap'
import { shellQuote, shellWord } from '../../system/shell-quote.ts'

t.test('a quoted word comes back from the shell as it was', async (t) => {
  for (const text of ["it's", "'", "''", 'two\nlines', '$(id) `id` ${HOME} %{x} $&', '', '\\ "', '-n', 'ä\t*?[a]~#!']) {
    for (const shell of ['sh', 'bash']) t.equal(execFileSync(shell, ['-c', `printf %s ${shellQuote(text)}`], { encoding: 'utf8' }), text)
  }
})

t.test('a word for people is quoted only where it must be', async (t) => {
  t.equal(shellWord('a-b/c.d'), 'a-b/c.d')
  t.equal(shellWord('two words'), "'two words'")
  t.equal(shellWord(''), "''")
})
