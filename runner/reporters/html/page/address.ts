import { everything } from './filter.ts'
import type { Query, Show } from './filter.ts'

/** What the address of the page names behind its `#`: something in it, and what is asked for. */
export interface Address {
  readonly id: string
  readonly query: Query
}

const shows: readonly Show[] = ['all', 'red', 'skipped', 'warned']

/** Reads `#nginx-answers.2?q=gateway&show=red`. */
export function readAddress(hash: string): Address {
  const text = hash.replace(/^#/, '')
  const end = text.includes('?') ? text.indexOf('?') : text.length
  const given = new URLSearchParams(text.slice(end + 1))
  const show = shows.find((each) => each === given.get('show')) ?? everything.show
  return { id: decode(text.slice(0, end)), query: { words: given.get('q') ?? '', show } }
}

/** Writes what {@link readAddress} reads; nothing for what is as usual. */
export function writeAddress({ id, query: { words, show } }: Address): string {
  const search = new URLSearchParams({ ...(words === '' ? {} : { q: words }), ...(show === 'all' ? {} : { show }) }).toString()
  return `#${id}${search === '' ? '' : `?${search}`}`
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
