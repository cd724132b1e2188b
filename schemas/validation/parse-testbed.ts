import { deepFreeze } from '../../system/deep-freeze.ts'
import { toJson } from '../yaml/located-node.ts'
import { byPlace } from '../problem.ts'
import type { Problem } from '../problem.ts'
import { emptyFile, readYaml } from './read-yaml.ts'
import { schemaFile } from './schema-file.ts'
import type { Testbed } from '../testbed.ts'

/**
 * Reads the description of a raised testbed.
 *
 * @param text  JSON, or YAML by hand
 * @param file  its name, for places
 * @returns     the testbed, frozen; or every problem of the text
 */
export function parseTestbed(text: string, file: string): { readonly testbed?: Testbed; readonly problems: readonly Problem[] } {
  const { node, problems } = readYaml(text, file, schemaFile('testbed.schema.json'))
  if (problems.length > 0) return { problems: problems.toSorted(byPlace) }
  if (node === undefined) return { problems: [emptyFile(file, 'a testbed, as titus-bed apply writes it')] }
  return { testbed: deepFreeze(toJson(node)) as unknown as Testbed, problems }
}
