import { reporterKinds } from '../../runner/reporters/index.ts'
import type { Chapter } from './topic.ts'

/** The chapter of the forms that a report can have. */
export function reporterChapter(): Chapter {
  return {
    page: 'reporters',
    title: 'Reporters',
    introduction:
      'What `titus-bed run --reporter NAME` and `--reporter NAME=FILE` take; the option may be repeated. Without it, a terminal gets `live`, anything else `spec`.',
    topics: Object.entries(reporterKinds).map(([name, { summary }]) => ({
      name: `reporter.${name}`,
      summary: `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
      example: `titus-bed run --reporter ${name}\ntitus-bed run --reporter ${name}=report.${name}`,
    })),
  }
}
