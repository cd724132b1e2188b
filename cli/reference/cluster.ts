import type { JsonObject } from '../../schemas/json.ts'
import { schemaFile } from '../../schemas/validation/schema-file.ts'
import { keyTopics } from './keys.ts'
import type { Chapter } from './topic.ts'

/** The chapter of the keys of cluster.yaml. */
export function clusterChapter(): Chapter {
  const schema = schemaFile('cluster-rules/cluster.schema.json')
  return {
    page: 'cluster',
    title: 'Keys of cluster.yaml',
    introduction: schema['description'] as string,
    topics: keyTopics('', schema['properties'] as JsonObject, schema),
  }
}
