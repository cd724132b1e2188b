import { readFileSync } from 'node:fs'
import type { JsonObject } from '../json.ts'

const read = new Map<string, JsonObject>()

/** A hand-written schema of `schemas/`, such as `cluster-rules/cluster.schema.json`: part of the program, read once. */
export function schemaFile(name: string): JsonObject {
  let schema = read.get(name)
  if (schema === undefined) {
    schema = JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')) as JsonObject
    read.set(name, schema)
  }
  return schema
}
