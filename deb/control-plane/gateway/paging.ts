import type { PageRequest } from '../master/rpc.ts'
import type { StringMap } from '../model/job.ts'
import { ApiError } from './errors.ts'

const pagingParameters: readonly string[] = ['page', 'pageSize', 'cursor', 'fields', 'debug', 'accesstoken']

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
  const names = [...new Set(query.keys())].filter(
    (name) => !pagingParameters.includes(name.toLowerCase()) && !pagingParameters.includes(name),
  )
  return Object.fromEntries(names.map((name) => [name, query.get(name) ?? '']))
}

/** The field paths of `fields=a,b.c`; undefined when all fields are wanted. */
export function readFields(query: URLSearchParams): readonly string[] | undefined {
  const fields = (query.get('fields') ?? '').split(',').flatMap((field) => (field.trim() === '' ? [] : [field.trim()]))
  return fields.length === 0 ? undefined : fields
}

function readInteger(query: URLSearchParams, name: string, absent: number): number {
  const text = query.get(name)
  if (text === null || text === '') return absent
  if (/^[+-]?\d{1,9}$/.test(text)) return Number(text)
  throw new ApiError(500, `Unexpected error: For input string: "${text}"`)
}
