import type { JsonObject } from '../../schemas/json.ts'
import { callFlaws } from '../aws/call-rules.ts'
import { serviceNames } from '../aws/read-calls.ts'
import { describeCuts } from './command.ts'
import type { StepKind } from './kind.ts'

interface AwsParams {
  readonly service: string
  readonly call: string
  readonly with?: JsonObject
}

/** One call of the AWS API that reads. */
export const aws: StepKind = {
  summary: 'Makes one call of the AWS API from this computer that only reads, to the last page, as who raises the testbed.',
  schema: {
    description: 'The call, and what it takes. In the lab it goes to the API of the lab.',
    type: 'object',
    additionalProperties: false,
    required: ['service', 'call'],
    properties: {
      service: { description: 'The service, as the AWS CLI names it.', type: 'string', enum: [...serviceNames] },
      call: {
        description:
          'The call, as the API names it: one that begins with Describe, Get, List, Head or Lookup, and gives no credential away.',
        type: 'string',
        minLength: 1,
      },
      with: { description: 'What the call takes, as the API names it: `{ InstanceIds: [i-…] }`.', type: 'object' },
    },
  },
  example: `
name: every machine is in its network
aws:
  service: ec2
  call: DescribeInstances
  with: { Filters: [{ Name: instance-state-name, Values: [running] }] }
expect: { 'json.Reservations[].Instances[].VpcId': { each: '\${{ testbed.outputs.vpc_id }}' } }`,
  host: 'none',
  implies: {},
  pollable: true,
  asserts: false,
  results: {
    json: 'The answer, as the API names its parts, the lists of all pages in one; times are ISO 8601, bytes base64.',
    duration: 'How long it took, in seconds.',
    cut: 'That the answer is not whole, and why; absent when it is.',
  },
  check: callFlaws,
  async run(context, params) {
    const { service, call, with: input = {} } = params as unknown as AwsParams
    const { askAws } = await import('../aws/ask-aws.ts')
    const startedMs = context.clock.elapsed()
    const { json, rest } = await askAws(
      { service, call, input },
      { api: context.testbed.api, region: context.testbed.region, signal: context.signal, limitBytes: context.maxOutputBytes },
    )
    const cut = rest === undefined ? undefined : { reason: rest, parts: [] }
    if (cut !== undefined) context.cut('json', cut)
    return {
      request: `${service} ${call}`,
      json,
      duration: Math.round(context.clock.elapsed() - startedMs) / 1000,
      ...describeCuts({ json: cut }),
    }
  },
}
