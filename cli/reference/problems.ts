import { codeGroups } from '../../schemas/problem-codes.ts'
import type { Chapter } from './topic.ts'

/** The chapter of what can be wrong, by the code in brackets behind each message. */
export function problemChapter(): Chapter {
  return {
    page: 'problems',
    title: 'Problem codes',
    introduction: 'The code stands in brackets behind the message. Each has its cause, and what to do about it.',
    topics: codeGroups.flatMap(({ title, codes }) =>
      Object.entries(codes).map(([code, { cause, cure }]) => ({
        name: `problem.${code}`,
        summary: cause,
        paragraphs: [`What to do: ${cure}`, `Belongs to: ${title.toLowerCase()}.`],
      })),
    ),
  }
}
