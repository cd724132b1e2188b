import { deepFreeze } from './deep-freeze.ts'
import { parseLocatedYaml } from './located-yaml.ts'
import { toJson } from './located-node.ts'
import { byPlace, type Problem } from './problem.ts'
import { applyScalarTypes } from './scalar-types.ts'
import { schemaFile } from './schema-file.ts'
import type { Testbed } from './testbed.ts'
import { validate } from './validate.ts'

/**
 * Reads the description of a raised testbed.
 *
 * @param text  JSON, or YAML by hand
 * @param file  its name, for places
 * @returns     the testbed, frozen; or every problem of the text
 */
export function parseTestbed(text: string, file: string): { readonly testbed?: Testbed; readonly problems: readonly Problem[] } {
  const schema = schemaFile('testbed.schema.json')
  const { root, problems: syntax } = parseLocatedYaml(text, file)
  if (root === undefined) {
    const hint = 'titus-bed apply writes it anew'
    const empty: Problem = {
      code: 'empty-file',
      severity: 'error',
      place: { file, line: 1, column: 1, length: 1 },
      message: 'the file is empty',
      expected: 'a testbed',
      hint,
    }
    return { problems: syntax.length > 0 ? syntax : [empty] }
  }
  const { node, problems: scalars } = applyScalarTypes(root, schema)
  const problems = [...scalars, ...validate(node, schema)].toSorted(byPlace)
  return problems.length > 0 ? { problems } : { testbed: deepFreeze(toJson(node)) as unknown as Testbed, problems }
}
