import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { format, resolveConfig } from 'prettier'
import { matchers } from '../runner/matchers/index.ts'
import { stepKinds } from '../runner/steps/index.ts'
import { overridableKeys } from '../schemas/cluster-rules/matrix-cells.ts'
import { instanceTypes } from '../schemas/cluster-rules/instance-types.ts'
import type { JsonObject } from '../schemas/json.ts'
import { buildScenarioSchema, buildStepFileSchema } from '../schemas/language/build-scenario-schema.ts'
import { projectSchema } from '../schemas/language/project-properties.ts'
import { withHostRoles } from '../schemas/roles/host-schema.ts'
import { groupNames, groupRoles, machineNames, machineRoles } from '../schemas/roles/index.ts'
import { schemaFile } from '../schemas/validation/schema-file.ts'
import { toJson } from '../schemas/yaml/located-node.ts'
import { parseLocatedYaml } from '../schemas/yaml/located-yaml.ts'
import { clusterSchemaForEditors, scenarioSchemaForEditors } from './editor-schemas.ts'
import type { LibraryFile } from './editor-schemas.ts'

const root = new URL('../', import.meta.url)

/** Written by hand, but for what follows from the roles; the loader reads it. */
const clusterSchema = 'cluster-rules/cluster.schema.json'

/** The schemas by path, with all that follows from the registries, as they have to stand in the repository. */
export async function renderSchemas(): Promise<Readonly<Record<string, string>>> {
  const hosts = { machines: machineNames, groups: groupNames }
  const knowledge = { kinds: stepKinds, matchers, hosts, library: readLibrary() }
  const cluster = withHostRoles(schemaFile(clusterSchema), machineRoles, groupRoles)
  const schemas = {
    [`schemas/${clusterSchema}`]: cluster,
    'schemas/cluster.schema.json': clusterSchemaForEditors(cluster, Object.keys(instanceTypes), overridableKeys(cluster)),
    'schemas/scenario.schema.json': scenarioSchemaForEditors(buildScenarioSchema(stepKinds), knowledge),
    'schemas/project.schema.json': projectSchema,
    'schemas/step-file.schema.json': scenarioSchemaForEditors(buildStepFileSchema(stepKinds), knowledge),
  }
  const entries = Object.entries(schemas).map(async ([path, schema]) => {
    const file = new URL(path, root).pathname
    // Prettier keeps an object open that is open, as those that people write are.
    const text = JSON.stringify(schema, null, schema === cluster ? 2 : 0)
    return [path, await format(text, { ...(await resolveConfig(file)), filepath: file })] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** The interfaces of the shipped files of reusable steps; the comment at their head is their summary. */
function readLibrary(): Readonly<Record<string, LibraryFile>> {
  const names = readdirSync(new URL('scenarios/lib/', root)).filter((name) => name.endsWith('.yaml'))
  const files = names.toSorted().map((name): readonly [string, LibraryFile] => {
    const text = readFileSync(new URL(`scenarios/lib/${name}`, root), 'utf8')
    const { root: node } = parseLocatedYaml(text, name)
    const file = (node === undefined ? {} : toJson(node)) as Readonly<Record<string, JsonObject>>
    const comments = [...text.matchAll(/^# (?!yaml-language-server)(.*)$/gm)].map(([, line]) => line)
    const inputs = (file['inputs'] ?? {}) as Readonly<Record<string, JsonObject>>
    return [`lib/${name}`, { summary: comments.join(' '), inputs, outputs: Object.keys(file['outputs'] ?? {}) }]
  })
  return Object.fromEntries(files)
}

if (import.meta.filename === process.argv[1]) {
  for (const [path, text] of Object.entries(await renderSchemas())) await writeFile(new URL(path, root), text)
}
