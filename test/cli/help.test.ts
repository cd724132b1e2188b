import t from 'tap'
import { commands } from '../../cli/commands/index.ts'
import { runCommandLine } from '../../cli/program.ts'
import { recordTerminal } from './terminal.ts'

const quiet = new AbortController().signal

async function helpAt(columns: number, ...argv: readonly string[]): Promise<string> {
  const { terminal, out } = recordTerminal({ out: true, err: true, columns, env: { NO_COLOR: '1' } })
  await runCommandLine([...argv, '--help'], commands, { terminal, signal: quiet, abandon: quiet, cwd: '/', version: '1.2.3' })
  return out()
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}

for (const columns of [40, 60, 80, 120]) {
  t.test(`on ${columns} columns help is broken between words alone, and says the same`, async (t) => {
    for (const argv of [[], ...commands.map(({ name }) => [name])]) {
      const name = argv.join('') || 'titus-bed'
      const [narrow, wide] = [await helpAt(columns, ...argv), await helpAt(10_000, ...argv)]
      t.same(words(narrow), words(wide), name)
      // A line to type stays whole: in two lines it would be two commands.
      const tooWide = narrow.split('\n').filter((line) => line.length > columns && !/^(Usage:| {2}\S)/.test(line))
      t.same(tooWide, [], name)
      for (const line of narrow.split('\n').filter((line) => line.length > columns && line.startsWith('  '))) {
        t.match(wide, `${line}  `, `${name}: only a line to type is wider than the terminal`)
      }
    }
  })
}
