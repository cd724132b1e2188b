import t from 'tap'
import { keepAll, tellLeftOut } from '../../../runner/judging/left-out.ts'

t.test('names that are read of each item of a list are read so that every item is kept', async (t) => {
  for (const [expression, kept] of [
    ['json.items[].status.state', 'json.items[].[status.state]'],
    ['items[*].id', 'items[*].[id]'],
    ['items[?kind == \'a\']."a name"', 'items[?kind == \'a\'].["a name"]'],
    ['hosts.*.address', 'hosts.*.[address]'],
    ['items[].tasks[].state', 'items[].tasks[].[state]'],
    ['items[0:2] . id ', 'items[0:2].[id]'],
  ])
    t.equal(keepAll(expression ?? '')?.expression, kept, expression ?? '')
})

t.test('where nothing is left out, nothing is kept', async (t) => {
  for (const expression of [
    'items',
    'items[]',
    'items[0].id',
    'items[].[id]',
    'items[].id | [0]',
    'items[*].tasks[*].id',
    'length(items)',
    'items[',
    '',
  ])
    t.equal(keepAll(expression), undefined, expression)
})

t.test('what is left out is told by its places', async (t) => {
  const keeping = { expression: '', names: 'state' }
  t.equal(tellLeftOut([['OK'], [null], ['OK'], [null]], keeping), '2 of 4 items have no state, and JMESPath leaves them out: [1], [3]')
  t.equal(tellLeftOut([[null]], keeping), '1 of 1 item has no state, and JMESPath leaves them out: [0]')
  const many = Array.from({ length: 12 }, () => [null])
  t.match(tellLeftOut(many, keeping), /^12 of 12 items have no state.*\[9\], …$/)
  for (const whole of [[['OK']], [], null, 'OK']) t.equal(tellLeftOut(whole, keeping), undefined)
})
