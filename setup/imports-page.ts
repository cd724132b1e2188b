import type { Chapter, Topic } from '../cli/reference/topic.ts'
import type { Arrows } from '../test/architecture/rules.ts'
import { parts, rooms } from '../test/architecture/rules.ts'

/** The page of the reference that says what may import what: the rules of the architecture test, as text. */
export function importsChapter(): Chapter {
  return {
    page: 'imports',
    title: 'What may import what',
    introduction:
      'The architecture test holds these rules. `(types)` gives types alone. A room without a line imports nothing of its part.',
    topics: [
      arrowTopic('parts', 'Folders at the root.', parts),
      ...Object.entries(rooms).map(([part, arrows]) => arrowTopic(`rooms.${part}`, `Folders and files of ${part}, inside of it.`, arrows)),
    ],
  }
}

function arrowTopic(name: string, summary: string, arrows: Arrows): Topic {
  const items = Object.entries(arrows).map(([from, to]) => ({ name: from, meaning: to.length === 0 ? 'nothing' : to.join(', ') }))
  return { name, summary, lists: [{ title: 'May import', items }] }
}
