import type { JsonObject } from '../json.ts'
import { variableName } from '../validation/read-variables.ts'
import { expressionPattern } from './template.ts'

/** The name of an item where the file gives none, and the most items that a step is done for, in all and at the same time. */
export const eachItem = { name: 'item', most: 1000, mostParallel: 99 } as const

const list: JsonObject = {
  minItems: 1,
  maxItems: eachItem.most,
  items: { description: 'An item: any value.' },
  pattern: expressionPattern,
  patternErrorMessage: 'a list, or ${{ expression }} that gives one',
}

/** What stands under `forEach:` of a step. */
export const forEachSchema: JsonObject = {
  description: `Do the step once for each item of a list: it holds when it holds for all of them. Result and captures are lists, in the order of the items. A list has at least one item and at most ${eachItem.most}.`,
  type: ['array', 'string', 'object'],
  ...list,
  additionalProperties: false,
  required: ['list'],
  properties: {
    list: { description: 'The list, or an expression that gives one.', type: ['array', 'string'], ...list },
    name: { description: 'The variable that the step reads the item by.', type: 'string', default: eachItem.name, ...variableName },
    parallel: {
      description: 'How many items at the same time.',
      type: 'integer',
      minimum: 1,
      maximum: eachItem.mostParallel,
      default: 1,
    },
  },
}
