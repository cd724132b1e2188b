import type { Chapter, Topic, TopicItem, TopicList } from './topic.ts'

/** A topic as text that reads well on a terminal and is Markdown too: `explain` prints it, the reference holds it. No line end after the last line. */
export function renderTopic({ name, summary, paragraphs = [], lists = [], example }: Topic): string {
  const blocks = [name, summary, ...paragraphs, ...lists.flatMap(renderList)]
  if (example !== undefined)
    blocks.push(
      example
        .trim()
        .split('\n')
        .map((line) => (line === '' ? '' : `    ${line}`))
        .join('\n'),
    )
  return blocks.join('\n\n')
}

/** One part of a topic, as its line in the topic. */
export function renderItem({ name, form, meaning }: TopicItem): string {
  return `\`${name}\`${form === undefined || form === '' ? '' : ` (${form})`}: ${meaning}`
}

/** A page of the reference, as Markdown. */
export function renderPage({ title, introduction, topics }: Chapter): string {
  return `${[notice, `# ${title}`, introduction, ...topics.map((topic) => `## ${renderTopic(topic)}`)].join('\n\n')}\n`
}

/** The first page of the reference: every topic, by chapter. */
export function renderContents(chapters: readonly Chapter[]): string {
  const sections = chapters.map(({ page, title, topics }) => {
    const links = topics.map(({ name }) => `[${name}](${page}.md#${anchorOf(name)})`)
    return `## [${title}](${page}.md)\n\n${links.join(' · ')}`
  })
  const introduction = 'What `titus-bed explain TOPIC` prints, all of it, made from the registries and schemas of the program.'
  return `${[notice, '# Reference', introduction, ...sections].join('\n\n')}\n`
}

const notice = '<!-- Written by npm run docs. Change the descriptions in the program instead. -->'

/** The anchor that Markdown viewers give a heading. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
}

function renderList({ title, items }: TopicList): readonly string[] {
  return items.length === 0 ? [] : [`${title}:`, items.map((item) => `- ${renderItem(item)}`).join('\n')]
}
