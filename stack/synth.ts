import { tmpdir } from 'node:os'
import type { Cluster } from '../schemas/cluster.ts'
import type { Json, JsonObject } from '../schemas/json.ts'
import { App, TerraformStack } from './constructs.ts'
import type { StackInputs } from './inputs.ts'
import { buildStack } from './stack.ts'

/** Makes the whole contract with Terraform: the content of `cdk.tf.json`, as plain JSON. The same arguments always give the same
 *  JSON, and nothing is written.
 *  @throws InputError when cluster.yaml asks for what cannot be built (see `iam.ts`) */
export function synthesize(cluster: Cluster, inputs: StackInputs): JsonObject {
  // The library makes its output folder when it is absent; one that is there already stays as it is.
  const app = new App({ outdir: tmpdir(), stackTraces: false, skipValidation: true })
  const stack = new TerraformStack(app, 'titus-bed')
  buildStack(stack, cluster, inputs)
  stack.prepareStack()
  return withoutComments(stack.toTerraform() as JsonObject) as JsonObject
}

/** Takes out the library's notes to itself (`"//"`), which name its own version and paths. */
function withoutComments(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutComments)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value as JsonObject)
      .filter(([key]) => key !== '//')
      .map(([key, child]) => [key, withoutComments(child)]),
  )
}
