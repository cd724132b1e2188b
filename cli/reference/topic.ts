/** Something that the reference explains, under the name that `titus-bed explain` takes: `step.reach`, `agents.capacity`, `command.run`. */
export interface Topic {
  readonly name: string
  /** One sentence. */
  readonly summary: string
  /** What else is to know, a paragraph each. */
  readonly paragraphs?: readonly string[]
  /** What it is made of: keys, results, options. Lists without items are left out. */
  readonly lists?: readonly TopicList[]
  /** Lines of a file, or to type. */
  readonly example?: string
}

/** The parts of a topic that belong together. */
export interface TopicList {
  readonly title: string
  readonly items: readonly TopicItem[]
}

/** One part. `form` says what may stand there. An item whose name begins with that of its topic can be explained by itself. */
export interface TopicItem {
  readonly name: string
  readonly form?: string
  readonly meaning: string
}

/** Topics that share a page of the reference. */
export interface Chapter {
  /** The name of the page in docs/reference/, without `.md`. */
  readonly page: string
  readonly title: string
  /** What all its topics have in common. */
  readonly introduction: string
  readonly topics: readonly Topic[]
}
