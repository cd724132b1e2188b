import { writeFile } from 'node:fs/promises'
import { format, resolveConfig } from 'prettier'
import { stepKinds } from '../runner/steps/index.ts'
import { buildScenarioSchema, buildStepFileSchema } from '../schemas/language/build-scenario-schema.ts'

/** The generated schemas by path, as they have to stand in the repository. */
export async function renderSchemas(): Promise<Readonly<Record<string, string>>> {
  const schemas = {
    'schemas/scenario.schema.json': buildScenarioSchema(stepKinds),
    'schemas/step-file.schema.json': buildStepFileSchema(stepKinds),
  }
  const entries = Object.entries(schemas).map(async ([path, schema]) => {
    const file = new URL(`../${path}`, import.meta.url).pathname
    return [path, await format(JSON.stringify(schema), { ...(await resolveConfig(file)), filepath: file })] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

if (import.meta.filename === process.argv[1]) {
  for (const [path, text] of Object.entries(await renderSchemas())) await writeFile(new URL(`../${path}`, import.meta.url), text)
}
