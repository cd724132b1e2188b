/** The full address of the AWS provider. */
export const PROVIDER_SOURCE = 'registry.terraform.io/hashicorp/aws'

/** The version that the bindings in `constructs.ts` were made from. */
export const PROVIDER_VERSION = '5.100.0'

/** The state, which Terraform writes. This and the files below lie in the folder that Terraform works in. */
export const STATE_FILE = 'terraform.tfstate'

/** The stack, as Terraform reads it: JSON. */
export const STACK_FILE = 'cdk.tf.json'

/** The plan that `plan` made and `apply` carries out. */
export const PLAN_FILE = 'titus-bed.tfplan'

/** Which process works in the folder: JSON. */
export const PROCESS_FILE = 'process.json'

/** All that this process has said. */
export const OUTPUT_FILE = 'output.log'

/** What the folder was last initialised with. */
export const INIT_FILE = 'initialised.json'
