import { existsSync } from 'node:fs'
import type { AwsAccess } from '../../schemas/testbed.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Variables of the AWS tools that would lead away from an endpoint: the user's own account must not be met by accident. */
const leadsElsewhere =
  /^AWS_(ENDPOINT_URL|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|PROFILE|DEFAULT_PROFILE|CONFIG_FILE|ROLE_|WEB_|CONTAINER_|CA_BUNDLE)/

/** The environment that Terraform runs in: the user's own, without what would change its behaviour behind our back.
 *  With an endpoint, everything goes there, with the keys of `credentialsFile` and no other. */
export function terraformEnvironment(env: Environment, access: AwsAccess, region: string): Record<string, string> {
  const kept = Object.entries(env).filter((entry): entry is [string, string] => {
    const [name, value] = entry
    if (value === undefined) return false
    // A configuration file that is not there makes Terraform warn at every start.
    if (name === 'TF_CLI_CONFIG_FILE') return existsSync(value)
    if (/^(TF|CDKTF|TFENV)_/.test(name)) return false
    return access.endpoint === undefined || !leadsElsewhere.test(name)
  })
  return {
    ...Object.fromEntries(kept),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...(access.endpoint === undefined
      ? {}
      : { AWS_ENDPOINT_URL: access.endpoint, AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/dev/null' }),
    ...(access.credentialsFile === undefined ? {} : { AWS_SHARED_CREDENTIALS_FILE: access.credentialsFile, AWS_PROFILE: 'default' }),
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    // Fewer collections: the provider's schema alone is hundreds of megabytes of small objects.
    GOGC: '400',
  }
}
