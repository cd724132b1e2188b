import type { Message, MessageType } from '../dialect/descriptor.ts'
import { printMessage } from '../dialect/print.ts'
import { selectFields } from '../dialect/select-fields.ts'
import type { Page } from '../master/rpc.ts'
import { json, type HttpResponse } from './http-message.ts'
import { readFields } from './paging.ts'

/** How a page of jobs or tasks is shown, with `fields=` applied to its items. */
export function presentPage(pageType: MessageType, itemType: MessageType, query: URLSearchParams): (page: unknown) => HttpResponse {
  const fields = readFields(query)
  return (value) => {
    const page = value as Page<Message>
    const items = fields === undefined ? page.items : page.items.map((item) => selectFields(itemType, item, fields))
    return json(200, printMessage(pageType, { ...page, items }))
  }
}
