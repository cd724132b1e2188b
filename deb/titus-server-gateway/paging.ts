import type { Message, MessageType } from '../protocol/dialect/descriptor.ts'
import { printMessage } from '../protocol/dialect/print.ts'
import { selectFields } from '../protocol/dialect/select-fields.ts'
import type { Page, PageRequest } from '../protocol/master-rpc.ts'
import type { StringMap } from '../protocol/model/job.ts'
import { ApiError } from './errors.ts'
import { json } from './http-message.ts'
import type { HttpResponse } from './http-message.ts'

const pagingParameters: readonly string[] = ['page', 'pagesize', 'cursor', 'fields', 'debug', 'accesstoken']
const maxInteger = 2 ** 31 - 1

/** Reads `page`, `pageSize` and `cursor`. Throws ApiError: 400 outside the range, 500 for what is not a number (as rc.57 does). */
export function readPage(query: URLSearchParams): PageRequest {
  const pageNumber = readInteger(query, 'page', 0)
  const pageSize = readInteger(query, 'pageSize', 10)
  if (pageNumber < 0) throw new ApiError(400, `Page number must be >= 0 (is ${pageNumber})`)
  if (pageSize <= 0) throw new ApiError(400, `Page size must be > 0 (is ${pageSize})`)
  return { pageNumber, pageSize, cursor: query.get('cursor') ?? '' }
}

/** Every query parameter that is not about paging or form, the first of each name. */
export function readCriteria(query: URLSearchParams): StringMap {
  const names = [...new Set(query.keys())].filter((name) => !pagingParameters.includes(name.toLowerCase()))
  return Object.fromEntries(names.map((name) => [name, query.get(name) ?? '']))
}

/** How a page of jobs or tasks is shown, with `fields=a,b.c` applied to its items. */
export function presentPage(pageType: MessageType, itemType: MessageType, query: URLSearchParams): (page: unknown) => HttpResponse {
  const fields = (query.get('fields') ?? '').split(',').flatMap((field) => (field.trim() === '' ? [] : [field.trim()]))
  return (value) => {
    const page = value as Page<Message>
    const items = fields.length === 0 ? page.items : page.items.map((item) => selectFields(itemType, item, fields))
    return json(200, printMessage(pageType, { ...page, items }))
  }
}

function readInteger(query: URLSearchParams, name: string, absent: number): number {
  const text = query.get(name)
  if (text === null || text === '') return absent
  const value = Number(text)
  if (/^[+-]?\d+$/.test(text) && Math.abs(value) <= maxInteger) return value
  throw new ApiError(500, `Unexpected error: For input string: "${text}"`)
}
