import type { JsonObject } from '../../schemas/json.ts'
import { schemaFile } from '../../schemas/validation/schema-file.ts'
import { keyTopics } from './keys.ts'
import type { Chapter } from './topic.ts'

/** The chapter of the keys of a file of hosts. */
export function hostsFileChapter(): Chapter {
  const schema = schemaFile('hosts-file/hosts-file.schema.json')
  return {
    page: 'hosts-file',
    title: 'Keys of hosts.yaml',
    introduction: schema['description'] as string,
    topics: keyTopics('hosts-file', schema['properties'] as JsonObject, schema),
  }
}
