import type { CommandDefinition } from '../command.ts'
import { clusterChapter } from './cluster.ts'
import { commandChapter } from './commands.ts'
import { processChapter } from './process.ts'
import { reporterChapter } from './reporters.ts'
import { scenarioChapters } from './scenarios.ts'
import type { Chapter } from './topic.ts'

/** The whole reference. Everything in it comes from the registries and schemas of the program. */
export function referenceChapters(commands: readonly CommandDefinition[]): readonly Chapter[] {
  return [...scenarioChapters(), clusterChapter(), commandChapter(commands), reporterChapter(), processChapter()]
}
