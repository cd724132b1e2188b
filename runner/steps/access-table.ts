import type { JsonObject } from '../../schemas/json.ts'
import type { Machine } from '../hops/machine.ts'
import { wordsOf } from './access-calls.ts'
import type { Named } from './access-calls.ts'
import { callAws } from './aws-calls.ts'
import { judgeAwsCall } from './aws-verdict.ts'
import type { AwsVerdict } from './aws-verdict.ts'
import { renderGrid } from './grid.ts'
import type { StepContext } from './kind.ts'
import { explainMissingCredentials } from './missing-credentials.ts'
import { readJson } from './text-as-json.ts'

const callTimeoutMs = 60_000

/** What is claimed of each call, by identity: `allowed` or `denied`. */
export type AccessClaims = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What one call of one identity came to. */
export interface AccessCell {
  readonly name: string
  readonly call: string
  readonly found: AwsVerdict
}

/** What all calls came to, and the ARN that AWS knows each identity by. */
export interface AccessTable {
  readonly arns: Readonly<Record<string, string>>
  readonly cells: readonly AccessCell[]
}

/** Who calls, from where. */
export interface Identity {
  readonly name: string
  readonly machine: Machine
}

/** Makes every call as every identity, those of one machine one after the other. */
export async function callAll(
  context: StepContext,
  identities: readonly Identity[],
  calls: readonly string[],
  named: Named | undefined,
): Promise<AccessTable> {
  const arns: Record<string, string> = {}
  const options = {
    env: { AWS_DEFAULT_REGION: context.testbed.region, AWS_PAGER: '', AWS_MAX_ATTEMPTS: '2', ...context.env },
    eachMs: Math.min(callTimeoutMs, context.timeoutMs),
    timeoutMs: context.timeoutMs,
    signal: context.signal,
  }
  const columns = identities.map(async ({ name, machine }): Promise<AccessCell[]> => {
    // One after the other: a machine that starts the CLI many times at once takes longer for all of them than one call may.
    const [control, ...exits] = await callAws(machine, [identityCall, ...calls.map((call) => wordsOf(call, named))], options)
    if (control === undefined) throw new Error('the control was not made')
    const arn = (readJson(control.stdout) as JsonObject | null)?.['Arn']
    if (control.cut.stdout !== undefined) {
      const detail = `its identity is not known: what sts get-caller-identity answered is not whole: ${control.cut.stdout.reason}`
      return calls.map((call) => ({ name, call, found: { verdict: 'unknown', detail, lasting: false } }))
    }
    if (typeof arn !== 'string') {
      const source = { endpoint: context.env['AWS_EC2_METADATA_SERVICE_ENDPOINT'], signal: context.signal }
      const found = withoutIdentity(await explainMissingCredentials(judgeAwsCall(control), machine, source))
      return calls.map((call) => ({ name, call, found }))
    }
    arns[name] = arn
    return calls.map((call, index) => ({ name, call, found: judgeAwsCall(exits[index] ?? control) }))
  })
  return { cells: (await Promise.all(columns)).flat(), arns }
}

/** AWS allows this call to every identity whatever its policies say: it is the control that credentials and network work. */
const identityCall: readonly string[] = ['sts', 'get-caller-identity', '--output', 'json']

function withoutIdentity(control: AwsVerdict): AwsVerdict {
  const why = control.verdict === 'unknown' ? control.detail : `sts get-caller-identity: ${describeVerdict(control)}`
  return { verdict: 'unknown', detail: `its identity is not known: ${why}`, lasting: control.verdict === 'unknown' && control.lasting }
}

/** The cells that are not as is claimed. */
export function wrongCells({ cells }: AccessTable, calls: AccessClaims): readonly AccessCell[] {
  return cells.filter(({ name, call, found }) => found.verdict !== calls[call]?.[name])
}

/** Cells in one line. */
export function describeCells(cells: readonly AccessCell[]): string {
  return cells.map(({ name, call, found }) => `${name}: ${call}: ${describeVerdict(found)}`).join('; ')
}

/** The result of the step. */
export function describeTable({ arns, cells }: AccessTable, calls: AccessClaims): JsonObject {
  const names = [...new Set(cells.map(({ name }) => name))]
  const find = (call: string, name: string) => cells.find((cell) => cell.call === call && cell.name === name)?.found
  const grid = renderGrid(Object.keys(calls), names, (call, name) => describeVerdict(find(call, name)))
  const table = Object.fromEntries(
    names.map((name) => [name, Object.fromEntries(Object.keys(calls).map((call) => [call, { ...find(call, name) }]))]),
  )
  return { identities: arns, cells: table, grid }
}

/** A verdict in a few words. */
export function describeVerdict(found: AwsVerdict | undefined): string {
  if (found === undefined) return ''
  if (found.verdict === 'denied') return `denied (${found.code})`
  return found.verdict === 'allowed' ? 'allowed' : found.detail
}
