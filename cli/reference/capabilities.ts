import { stepKinds } from '../../runner/steps/index.ts'
import { allCapabilities } from '../../schemas/capabilities.ts'
import type { Capability } from '../../schemas/capabilities.ts'
import type { Chapter } from './topic.ts'

/** The chapter of what scenarios may require of a testbed. */
export function capabilityChapter(): Chapter {
  return {
    page: 'capabilities',
    title: 'Capabilities',
    introduction: 'What a scenario may require of a testbed, by name, under `requires`. `titus-bed status` shows those that a testbed has.',
    topics: Object.entries(allCapabilities(stepKinds)).map(([name, capability]) => ({
      name: `capability.${name}`,
      summary: capability.meaning,
      paragraphs: [whereItIs(capability)],
    })),
  }
}

function whereItIs({ targets, declarable }: Capability): string {
  const declared = declarable === true ? ' A file of hosts may declare it under `capabilities`.' : ''
  return `Targets that have it: ${targets.map((target) => `\`${target}\``).join(', ')}.${declared}`
}
