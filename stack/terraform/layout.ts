/** The full address of the AWS provider. */
export const PROVIDER_SOURCE = 'registry.terraform.io/hashicorp/aws'

/** The version that the bindings in `constructs.ts` were made from. */
export const PROVIDER_VERSION = '5.100.0'

/** Files in the folder that Terraform works in, by name. */
export const STATE_FILE = 'terraform.tfstate'
export const STACK_FILE = 'cdk.tf.json'
export const PLAN_FILE = 'titus-bed.tfplan'

/** Which process works in the folder, and all that it has said. */
export const PROCESS_FILE = 'process.json'
export const OUTPUT_FILE = 'output.log'

/** What the folder was last initialised with. */
export const INIT_FILE = 'initialised.json'
