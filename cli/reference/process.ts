import { environmentMeanings } from '../environment.ts'
import { exitCodes, exitMeanings } from '../exit-codes.ts'
import type { Chapter } from './topic.ts'

/** The chapter of what the process reads besides its arguments, and what it says when it ends. */
export function processChapter(): Chapter {
  const codes = Object.entries(exitCodes).map(([name, code]) => ({
    name: `exit.${code}`,
    summary: exitMeanings[name as keyof typeof exitCodes],
  }))
  const variables = Object.entries(environmentMeanings).map(([name, summary]) => ({ name: `environment.${name}`, summary }))
  return {
    page: 'process',
    title: 'Exit codes and environment',
    introduction: 'What the process says when it ends, and which environment variables it reads.',
    topics: [...codes, ...variables],
  }
}
