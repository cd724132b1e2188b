import type { Json, JsonObject } from '../../schemas/json.ts'
import type { AwsAnswer } from './ask-aws.ts'

/** What tells of pages, and of no thing that was asked for. */
const pagingKeys = /^(Next(Token|Marker|ContinuationToken|KeyMarker|VersionIdMarker|UploadIdMarker)|ContinuationToken|Marker|KeyMarker)$/

/** The pages of an answer as one: lists one behind the other, all else as the last page has it. */
export function joinPages(pages: readonly JsonObject[]): AwsAnswer {
  const last = pages.at(-1) ?? {}
  const whole: Record<string, Json> = {}
  for (const page of pages)
    for (const [key, value] of Object.entries(page)) {
      const before = whole[key]
      whole[key] = Array.isArray(before) && Array.isArray(value) ? [...before, ...(value as readonly Json[])] : value
    }
  if (pages.length > 1) for (const key of Object.keys(whole)) if (pagingKeys.test(key)) delete whole[key]
  // S3 counts the keys of one page.
  if (pages.length > 1 && typeof whole['KeyCount'] === 'number') whole['KeyCount'] = sumOf(pages, 'KeyCount')
  const isCut = last['IsTruncated'] === true
  return isCut ? { json: whole, rest: 'the API says that there is more, and not how to ask for it' } : { json: whole }
}

function sumOf(pages: readonly JsonObject[], key: string): number {
  return pages.reduce((sum, page) => sum + Number(page[key] ?? 0), 0)
}
