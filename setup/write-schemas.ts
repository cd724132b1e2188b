import { writeFile } from 'node:fs/promises'
import { format, resolveConfig } from 'prettier'
import { stepKinds } from '../runner/steps/index.ts'
import { buildScenarioSchema, buildStepFileSchema } from '../schemas/language/build-scenario-schema.ts'
import { withHostRoles } from '../schemas/roles/host-schema.ts'
import { groupRoles, machineRoles } from '../schemas/roles/index.ts'
import { schemaFile } from '../schemas/validation/schema-file.ts'

/** Written by hand, but for what follows from the roles. */
const clusterSchema = 'schemas/cluster.schema.json'

/** The schemas by path, with all that follows from the registries, as they have to stand in the repository. */
export async function renderSchemas(): Promise<Readonly<Record<string, string>>> {
  const schemas = {
    [clusterSchema]: withHostRoles(schemaFile('cluster.schema.json'), machineRoles, groupRoles),
    'schemas/scenario.schema.json': buildScenarioSchema(stepKinds),
    'schemas/step-file.schema.json': buildStepFileSchema(stepKinds),
  }
  const entries = Object.entries(schemas).map(async ([path, schema]) => {
    const file = new URL(`../${path}`, import.meta.url).pathname
    // Prettier keeps an object open that is open, as those that people write are.
    const text = JSON.stringify(schema, null, path === clusterSchema ? 2 : 0)
    return [path, await format(text, { ...(await resolveConfig(file)), filepath: file })] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

if (import.meta.filename === process.argv[1]) {
  for (const [path, text] of Object.entries(await renderSchemas())) await writeFile(new URL(`../${path}`, import.meta.url), text)
}
