import { CallRefused } from '../protocol/master-rpc.ts'
import type { Page, PageRequest } from '../protocol/master-rpc.ts'

/** What a list is ordered by: when it was accepted, then its id. */
export interface Ordered {
  readonly id: string
  readonly acceptedAt: number
}

/** Cuts a page out of a list. A cursor is base64 of `<id>@<acceptedAt>` and wins over the page number. */
export function takePage<Item extends Ordered>(items: readonly Item[], request: PageRequest): Page<Item> {
  const sorted = [...items].sort(compare)
  const first = request.cursor === '' ? request.pageNumber * request.pageSize : firstAfter(sorted, parseCursor(request.cursor))
  const taken = sorted.slice(first, first + request.pageSize)
  const last = taken.at(-1)
  return {
    items: taken,
    pagination: {
      currentPage: { ...request, pageNumber: request.cursor === '' ? request.pageNumber : Math.floor(first / request.pageSize) },
      hasMore: sorted.length > first + taken.length && taken.length > 0,
      totalPages: Math.ceil(sorted.length / request.pageSize),
      totalItems: sorted.length,
      cursor: last === undefined ? '' : cursorOf(last),
      cursorPosition: last === undefined ? 0 : first + taken.length - 1,
    },
  }
}

function compare(left: Ordered, right: Ordered): number {
  return left.acceptedAt - right.acceptedAt || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0)
}

function firstAfter(sorted: readonly Ordered[], cursor: Ordered): number {
  const index = sorted.findIndex((item) => compare(item, cursor) > 0)
  return index < 0 ? sorted.length : index
}

function cursorOf({ id, acceptedAt }: Ordered): string {
  return Buffer.from(`${id}@${acceptedAt}`).toString('base64')
}

function parseCursor(cursor: string): Ordered {
  const match = /^(.+)@(\d+)$/.exec(Buffer.from(cursor, 'base64').toString())
  if (match === null) throw new CallRefused('INTERNAL', `IllegalArgumentException: Invalid cursor: ${cursor}`)
  return { id: match[1] ?? '', acceptedAt: Number(match[2]) }
}
