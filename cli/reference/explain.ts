import { nearestName } from '../../system/nearest-name.ts'
import { renderItem, renderTopic } from './render.ts'
import type { Chapter } from './topic.ts'

/**
 * What the reference says about a name: a topic, a key of one, or all topics that share a first word (`matcher`).
 *
 * @param name  absent: the list of all topics
 * @returns     the text; or, for an unknown name, the nearest one
 */
export function explainName(
  chapters: readonly Chapter[],
  name: string | undefined,
): { readonly text: string } | { readonly nearest: string | undefined } {
  const topics = chapters.flatMap((chapter) => chapter.topics)
  if (name === undefined) return { text: chapters.map(listChapter).join('\n\n') }
  const topic = topics.find((candidate) => isMeant(candidate.name, name))
  if (topic !== undefined) return { text: renderTopic(topic) }
  const items = topics.flatMap(({ lists = [], ...owner }) =>
    lists.flatMap((list) => list.items.filter((item) => item.name.startsWith(`${owner.name}.`))),
  )
  const item = items.find((candidate) => isMeant(candidate.name, name))
  if (item !== undefined) return { text: renderItem(item) }
  const family = topics.filter((candidate) => candidate.name.startsWith(`${name}.`))
  if (family.length > 0) return { text: family.map(({ name: full, summary }) => `${full}: ${summary}`).join('\n') }
  const names = [...topics, ...items].map((candidate) => candidate.name)
  const known = [...new Set([...names.flatMap((full) => full.split('.', 1)), ...names])]
  return { nearest: nearestName(name, known) ?? known.find((candidate) => candidate.split('.').includes(name)) }
}

function listChapter({ title, topics }: Chapter): string {
  return `${title}:\n${topics.map((topic) => `  ${topic.name}`).join('\n')}`
}

/** Where the reference says NAME, the writer of a file has chosen a name. */
function isMeant(known: string, given: string): boolean {
  const [left, right] = [known.split('.'), given.split('.')]
  return left.length === right.length && left.every((word, index) => word === right[index] || word === 'NAME')
}
