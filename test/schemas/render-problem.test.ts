import t from 'tap'
import { renderProblem } from '../../schemas/render-problem.ts'

const source = 'agents: { instanceType: m4.large, capacity: { min: 3, desired: 1 }, volumeGiB: 30, name: titusagent }\n'

t.test('on a narrow terminal no line of a problem is broken inside of a word by the terminal', async (t) => {
  for (const columns of [40, 60, 80]) {
    for (const column of [1, 11, 35, 60, source.length - 12]) {
      const place = { file: 'cluster.yaml', line: 1, column, length: 8 }
      const told = renderProblem(
        {
          code: 'capacity-order',
          severity: 'error',
          place,
          message: 'agents.capacity: min is greater than desired',
          hint: 'say which one counts',
        },
        source,
        undefined,
        columns,
      )
      const lines = told.split('\n')
      t.same(
        lines.filter((line) => line.length > columns),
        [],
        `${columns} columns, at ${column}`,
      )
      const at = lines.findIndex((line) => line.includes('^'))
      const caret = lines[at]?.indexOf('^') ?? -1
      t.equal(lines[at - 1]?.slice(caret, caret + 8), source.slice(column - 1, column + 7), 'the carets stand under what is meant')
    }
  }
})
