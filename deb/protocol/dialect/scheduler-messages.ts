import { many, message, one, scalar } from './descriptor.ts'

const match = message('Match', [scalar('selectExpression', 'string'), scalar('matchExpression', 'string')])

/** SystemSelector: the body of POST /scheduler/systemSelectors and the answer to a GET of one. */
export const systemSelectorMessage = message('SystemSelector', [
  scalar('id', 'string'),
  scalar('description', 'string'),
  scalar('enabled', 'bool'),
  scalar('priority', 'uint32'),
  scalar('reason', 'string'),
  scalar('timestamp', 'uint64'),
  one('should', message('Should', [one('match', match, 'Operator')]), 'Type'),
  one('must', message('Must', [one('match', match, 'Operator')]), 'Type'),
])

/** The answer to GET /scheduler/systemSelectors. */
export const systemSelectorsMessage = message('SystemSelectors', [many('systemSelectors', systemSelectorMessage)])
