/** The full address of the AWS provider. */
export const providerSource = 'registry.terraform.io/hashicorp/aws'

/** The version that the bindings in `constructs.ts` were made from. */
export const providerVersion = '5.100.0'

/** The state, which Terraform writes. This and the files below lie in the folder that Terraform works in. */
export const stateFile = 'terraform.tfstate'

/** The stack, as Terraform reads it: JSON. */
export const stackFile = 'cdk.tf.json'

/** The plan that `plan` made and `apply` carries out. */
export const planFile = 'titus-bed.tfplan'

/** Which process works in the folder: JSON. */
export const processFile = 'process.json'

/** All that this process has said. */
export const outputFile = 'output.log'

/** What the folder was last initialised with. */
export const initFile = 'initialised.json'
