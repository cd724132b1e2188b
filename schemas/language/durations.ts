import { isDuration, parseDuration } from '../duration.ts'
import type { Problem } from '../problem.ts'
import { textOf } from '../yaml/located-node.ts'
import type { LocatedNode } from '../yaml/located-node.ts'

/** The milliseconds of a duration; undefined when there is none, or a wrong one. Of a wrong form the schema has told. */
export function durationOf(node: LocatedNode | undefined, problems: Problem[]): number | undefined {
  const text = textOf(node)
  if (node === undefined || text === undefined) return undefined
  const milliseconds = parseDuration(text)
  if (milliseconds === undefined && isDuration(text))
    problems.push({
      code: 'bad-duration',
      severity: 'error',
      place: node.place,
      message: `${text} is no time that can be waited for`,
      expected: 'more than 0 and at most 24 days',
    })
  return milliseconds
}
