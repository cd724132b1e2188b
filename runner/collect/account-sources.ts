import type { Json, JsonObject } from '../../schemas/json.ts'
import { renderJson } from '../../schemas/json-text.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import type { Source } from './source.ts'

/** The most that is read of one answer of the API, in bytes. */
const mostBytes = 2 * 2 ** 20

/** What the AWS API is asked of a testbed, as who raises it: its instances, interfaces, groups, scaling activities and consoles. Of hosts that
 *  were not raised here nobody knows which account they are in. */
export function accountSources({ target, api, region, outputs, hosts }: Testbed): readonly Source[] {
  if (target === 'hosts' || (target === 'lab' && api.endpoint === undefined)) return []
  const ask = async (service: string, call: string, input: JsonObject, signal: AbortSignal): Promise<Json> => {
    const { askAws } = await import('../aws/ask-aws.ts')
    const { json, rest } = await askAws({ service, call, input }, { api, region, signal, limitBytes: mostBytes })
    return rest === undefined ? json : { json, rest }
  }
  const source = (name: string, service: string, call: string, input: JsonObject): Source => ({
    of: 'aws',
    name,
    tell: async (signal) => renderJson(await ask(service, call, input, signal), 2),
  })
  const network = outputs['vpc_id']
  const group = outputs['agent_asg_name']
  const inNetwork: JsonObject = network === undefined ? {} : { Filters: [{ Name: 'vpc-id', Values: [network] }] }
  return [
    source('instances', 'ec2', 'DescribeInstances', inNetwork),
    source('interfaces', 'ec2', 'DescribeNetworkInterfaces', inNetwork),
    source('security-groups', 'ec2', 'DescribeSecurityGroups', inNetwork),
    ...(group === undefined
      ? []
      : [
          source('scaling-groups', 'autoscaling', 'DescribeAutoScalingGroups', { AutoScalingGroupNames: [group] }),
          source('scaling-activities', 'autoscaling', 'DescribeScalingActivities', { AutoScalingGroupName: group }),
        ]),
    ...hosts.map(({ name, instanceId }): Source => ({
      of: name,
      name: 'console',
      tell: async (signal) => consoleIn(await ask('ec2', 'GetConsoleOutput', { InstanceId: instanceId }, signal)),
    })),
  ]
}

/** What a machine wrote on its console, which the API gives as base64. */
function consoleIn(answer: Json): string {
  const output = isObject(answer) ? answer['Output'] : undefined
  return typeof output === 'string' ? Buffer.from(output, 'base64').toString('utf8') : ''
}
