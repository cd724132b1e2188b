import { shellQuote } from '../../system/shell-quote.ts'
import { testbedOption } from '../command.ts'
import type { CommandDefinition } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { requireRunningLab } from '../testbed/refresh-testbed.ts'
import { selectTestbed } from '../testbed/select-testbed.ts'

/** `titus-bed env`: the variables that point the aws CLI and every AWS SDK at the testbed's API. Names files, prints no secret. */
export const command: CommandDefinition = {
  options: [testbedOption],
  examples: [['eval "$(titus-bed env)"', 'then, for instance: aws ec2 describe-instances']],
  async run(invocation) {
    const { workspace, testbed } = selectTestbed(invocation)
    await requireRunningLab(workspace, testbed)
    const { endpoint, credentialsFile } = testbed.api
    const variables: Record<string, string | undefined> = {
      AWS_REGION: testbed.region,
      AWS_DEFAULT_REGION: testbed.region,
      AWS_ENDPOINT_URL: endpoint,
      AWS_SHARED_CREDENTIALS_FILE: credentialsFile,
      AWS_PROFILE: credentialsFile === undefined ? undefined : 'default',
    }
    // Keys in the environment would win over those of the file.
    if (credentialsFile !== undefined) invocation.terminal.out('unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN')
    for (const [name, value] of Object.entries(variables)) {
      if (value !== undefined) invocation.terminal.out(`export ${name}=${shellQuote(value)}`)
    }
    return exitCodes.passed
  },
}
