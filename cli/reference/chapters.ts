import type { Command } from '../command.ts'
import { capabilityChapter } from './capabilities.ts'
import { clusterChapter } from './cluster.ts'
import { commandChapter } from './commands.ts'
import { hostsFileChapter } from './hosts-file.ts'
import { problemChapter } from './problems.ts'
import { processChapter } from './process.ts'
import { projectChapter } from './project.ts'
import { reporterChapter } from './reporters.ts'
import { roleChapter } from './roles.ts'
import { scenarioChapters } from './scenarios.ts'
import type { Chapter } from './topic.ts'

/** The whole reference. Everything in it comes from the registries and schemas of the program. */
export async function referenceChapters(commands: readonly Command[]): Promise<readonly Chapter[]> {
  return [
    ...scenarioChapters(),
    capabilityChapter(),
    projectChapter(),
    clusterChapter(),
    hostsFileChapter(),
    roleChapter(),
    await commandChapter(commands),
    reporterChapter(),
    problemChapter(),
    processChapter(),
  ]
}
