import { durationPattern, parseDuration } from '../../schemas/duration.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import type { Machine } from '../hops/machine.ts'
import { StepError } from '../step-error.ts'
import { pollUntil } from '../time/poll-until.ts'
import { flawsOfCalls } from './access-calls.ts'
import type { Named } from './access-calls.ts'
import { callAll, describeCells, describeTable, describeVerdict, wrongCells } from './access-table.ts'
import type { AccessClaims, AccessTable } from './access-table.ts'
import { tableFlaws } from './grid.ts'
import type { JudgeContext, StepContext, StepKind } from './kind.ts'
import { originSchema } from './origin-schema.ts'

/** Who may call what in AWS. */
export const access: StepKind = {
  summary: 'A truth table of AWS calls and identities: allowed, or denied with the exact code of a denial.',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['as', 'calls'],
    description: 'Identities, calls, and what each cell must be. No credentials, no network and expired keys are errors, not denials.',
    properties: {
      as: {
        type: 'object',
        minProperties: 1,
        additionalProperties: originSchema,
        description: 'A name for each identity, and where it is at home: a host, or a container such as a captured task.',
      },
      calls: {
        type: 'object',
        minProperties: 1,
        description: 'Calls of the AWS CLI without `aws` (`s3 ls`), and for each identity `allowed` or `denied`.',
        additionalProperties: {
          type: 'object',
          minProperties: 1,
          additionalProperties: { enum: ['allowed', 'denied'], description: 'what the call must come to' },
        },
      },
      named: {
        type: 'object',
        minProperties: 1,
        description: 'The words of calls that have a name in `calls`: what a call is given by ${{ }} stands here.',
        additionalProperties: {
          type: 'array',
          minItems: 1,
          items: { type: 'string', description: 'A word; no shell reads it.' },
          description: 'the words of a call, as a list',
        },
      },
      settle: {
        type: 'string',
        pattern: durationPattern,
        description:
          'How long the table may take to hold, besides the `timeout` of the step: IAM changes arrive late, in both directions. Without it there is one look.',
      },
    },
  },
  example: `
name: the machines' own role reads EC2
access:
  as: { gateway: gateway }
  named:
    take the default role: [sts, assume-role, --role-session-name, probe, --role-arn, '\${{ testbed.outputs.default_role_arn }}']
  calls:
    ec2 describe-instances: { gateway: allowed }
    take the default role: { gateway: allowed }
  settle: 30s`,
  host: 'none',
  implies: {},
  pollable: true,
  asserts: true,
  claimsIn: 'calls',
  results: {
    cells: 'What each call came to, by identity and call: its `verdict`, and the `code` of a denial.',
    identities: 'The ARN that AWS knows each identity by.',
    grid: 'The cells as a table to read.',
  },
  check(params) {
    const { as, calls, named } = (isObject(params) ? params : {}) as JsonObject
    return [...tableFlaws(calls, ['calls'], undefined, isObject(as) ? Object.keys(as) : undefined), ...flawsOfCalls(calls, named)]
  },
  settleMs: (params) => settleTime(params as unknown as AccessParams),
  // While the table settles, its claims say when to look no more.
  asks: (params) => {
    const { as, calls, named, settle } = params as unknown as AccessParams
    return settle === undefined ? { as, calls: Object.keys(calls), ...(named === undefined ? {} : { named }) } : params
  },
  async run(context, params) {
    const { as, calls, named, settle } = params as unknown as AccessParams
    const identities = Object.entries(as).map(([name, origin]) => ({ name, machine: onlyMachine(context, name, origin) }))
    const until = { withinMs: settleTime({ settle }), everyMs: 2000 }
    const { value } = await pollUntil<AccessTable>(
      until,
      context.clock,
      context.signal,
      async (_attempt, _leftMs, before) => {
        const asked = await callAll(context, identities, Object.keys(calls), named)
        // A look that was cut off saw nothing: what is known is what the one before it saw.
        const table = context.signal.aborted ? (before ?? asked) : asked
        const wrong = wrongCells(table, calls)
        const last = describeCells(wrong)
        const lasting = wrong.some(({ found }) => found.verdict === 'unknown' && found.lasting)
        return { verdict: wrong.length === 0 ? 'held' : lasting ? 'stop' : 'again', last, value: table }
      },
      (attempt, elapsedMs, last) => context.progress(attempt, elapsedMs, last),
    )
    if (context.signal.aborted)
      throw new StepError('timeout', `the last state was: ${describeCells(wrongCells(value, calls))}`, {
        result: describeTable(value, calls),
      })
    return value as unknown as JsonObject
  },
  judge: async (context, params, found) => judgeTable(context, found as unknown as AccessTable, (params as unknown as AccessParams).calls),
}

interface AccessParams {
  readonly as: JsonObject
  readonly calls: AccessClaims
  readonly named?: Named | undefined
  readonly settle?: string | undefined
}

function settleTime({ settle }: Pick<AccessParams, 'settle'>): number {
  return parseDuration(settle ?? '') ?? 0
}

function judgeTable(context: JudgeContext, found: AccessTable, calls: AccessClaims): Json {
  const { arns, cells } = found
  const result = describeTable(found, calls)
  for (const { name, call, found } of cells) {
    if (found.verdict === 'unknown') continue
    const expected = calls[call]?.[name] ?? ''
    const passed = found.verdict === expected
    const explanation = passed ? '' : `as ${arns[name]}: expected ${expected}, was ${describeVerdict(found)}`
    context.check({ subject: `${name}: ${call}`, passed, implied: false, expected, actual: describeVerdict(found), explanation })
  }
  const unknown = cells.filter(({ found }) => found.verdict === 'unknown')
  if (unknown.length === 0) return result
  const why = unknown.map(({ name, call, found }) => `${name}: ${call}: neither allowed nor denied: ${describeVerdict(found)}`)
  throw new StepError('access-unknown', why.join('\n'), {
    result,
    hint: 'only UnauthorizedOperation, AccessDenied and AccessDeniedException are denials',
  })
}

function onlyMachine(context: StepContext, name: string, origin: Json): Machine {
  const [machine, second] = context.machinesAt(origin)
  if (machine === undefined || second !== undefined)
    throw new StepError('several-hosts', `the identity ${name} is at several hosts`, { hint: 'name one: agents[0]' })
  return machine
}
