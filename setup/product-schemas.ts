import { matchers } from '../runner/matchers/index.ts'
import { stepKinds } from '../runner/steps/index.ts'
import { buildScenarioSchema, buildStepFileSchema } from '../schemas/language/build-scenario-schema.ts'
import { matcherSchema } from '../schemas/language/check-argument.ts'
import { projectSchema } from '../schemas/language/project-properties.ts'
import { schemaFile } from '../schemas/validation/schema-file.ts'
import type { JsonObject } from '../schemas/json.ts'

/** Every schema that values are held against, by a name that can be a file's; those of users alone are not among them. */
export function productSchemas(): Readonly<Record<string, JsonObject>> & { readonly cluster: JsonObject } {
  return {
    cluster: schemaFile('cluster-rules/cluster.schema.json'),
    testbed: schemaFile('testbed.schema.json'),
    'hosts-file': schemaFile('hosts-file/hosts-file.schema.json'),
    project: projectSchema,
    scenario: buildScenarioSchema(stepKinds),
    'step-file': buildStepFileSchema(stepKinds),
    ...Object.fromEntries(Object.entries(stepKinds).map(([name, { schema }]) => [`step-${name}`, schema])),
    ...Object.fromEntries(Object.entries(matchers).map(([name, matcher]) => [`matcher-${name}`, matcherSchema(name, matcher)])),
  }
}
