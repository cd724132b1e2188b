import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AwsAccess } from '../../schemas/testbed.ts'
import { terraformEnvironment } from '../../stack/terraform/environment.ts'
import { findTerraform } from '../../stack/terraform/program.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { attributesOf } from './state-resources.ts'
import type { Attributes } from './state-resources.ts'

/** What the documentation of the provider asks for to import a resource, by its address, made of its attributes. */
const ids: Readonly<Record<string, (attributes: Attributes) => string | undefined>> = {
  'aws_iam_role.titusappnos3InstanceProfile': ({ name }) => name,
  'aws_instance.bastion': ({ id }) => id,
  'aws_nat_gateway.nat': ({ id }) => id,
  'aws_s3_bucket.titus_log_bucket': ({ bucket }) => bucket,
  'aws_security_group_rule.titusapp_http': (rule) => `${rule['security_group_id']}_ingress_tcp_80_80_${rule['source_security_group_id']}`,
}

/** Lets the state of an applied stack forget five resources, as `terraform state rm` does, and asks Terraform for the plan in which they are
 *  imported by their ids again: `import` blocks in a file of their own, which are `terraform import` for many at once, with one start of the
 *  provider. The state is as before when it returns.
 *
 *  The plan is empty but for what the provider cannot read back: EC2 tells the user data of an instance, and the provider puts their sum into
 *  `user_data` and nothing into `user_data_base64`, so that the instance is to be replaced; `user_data_replace_on_change` and `force_destroy`
 *  say what Terraform itself shall do, and no API has them.
 *  @returns what the plan says, as a person reads it */
export function planImports(workspace: Workspace, access: AwsAccess): string {
  const stateFile = join(workspace.terraform, 'terraform.tfstate')
  const blocksFile = join(workspace.terraform, 'imports.tf')
  const before = readFileSync(stateFile, 'utf8')
  const call = (...words: readonly string[]): string => {
    const env = terraformEnvironment(process.env, access, 'eu-west-1')
    const { status, stdout, stderr } = spawnSync(findTerraform(process.env['PATH'] ?? ''), words, {
      cwd: workspace.terraform,
      env,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`terraform ${words[0]} ended with ${status}: ${stderr}`)
    return stdout
  }
  const blocks = Object.entries(ids).map(([to, idOf]) => `import {\n  to = ${to}\n  id = "${idOf(attributesOf(workspace, to))}"\n}\n`)
  try {
    call('state', 'rm', ...Object.keys(ids))
    writeFileSync(blocksFile, blocks.join(''))
    return call('plan', '-no-color', '-input=false', '-lock-timeout=30s')
  } finally {
    rmSync(blocksFile, { force: true })
    writeFileSync(stateFile, before)
  }
}
