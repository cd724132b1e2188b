import t from 'tap'
import { renderGrid, tableFlaws } from '../../../runner/steps/grid.ts'

t.test('a grid is a table to read, without blanks at its line ends', async (t) => {
  const cells: Readonly<Record<string, string>> = {
    'bastion web': 'open',
    'gateway web': 'refused',
    'bastion db': '',
    'gateway db': 'filtered',
  }
  t.equal(
    renderGrid(['bastion', 'gateway'], ['web', 'db'], (row, column) => cells[`${row} ${column}`] ?? '?'),
    ['         web      db', 'bastion  open', 'gateway  refused  filtered'].join('\n'),
  )
})

t.test('each cell needs an expectation, and there are no others', async (t) => {
  const flaws = (table: Parameters<typeof tableFlaws>[0], rows?: readonly string[], columns?: readonly string[]) =>
    tableFlaws(table, ['expect'], rows, columns).map(({ code, path, hint }) => [code, path.join('.'), hint])
  t.same(flaws({ bastion: { web: 'open' } }, ['bastion'], ['web']), [])
  t.same(flaws({ bastion: {} }, ['bastion', 'gateway'], ['web', 'db']), [
    ['missing-cell', 'expect', 'add gateway:'],
    ['missing-cell', 'expect.bastion', 'add web: and db:'],
  ])
  t.same(
    flaws({ bastoin: { web: 'open' } }, ['bastion'], ['web']),
    [['unknown-cell', 'expect.bastoin', 'did you mean "bastion"?']],
    'a name that is misspelt is not missing as well',
  )
  t.same(flaws({ x: { y: 1 } }), [], 'while the names are not known, nothing is said')
  t.same(flaws(undefined, ['a'], ['b']), [])
  t.same(flaws('text', ['a'], ['b']), [])
})
