import { TestbedError } from '../../schemas/failure.ts'
import type { TerraformEvent } from './events.ts'

type Diagnostic = Extract<TerraformEvent, { type: 'diagnostic' }>

/** What Terraform could not do, in its own words, as one error for a person.
 *  @param diagnostics  in the order that they came; the same thing said twice is told once
 *  @param plain        lines that were no JSON: all there is when Terraform did not get as far as its own reports */
export function terraformFailure(command: string, diagnostics: readonly Diagnostic[], plain: readonly string[]): TestbedError {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').map(describe)
  const said = errors.length > 0 ? [...new Set(errors)] : [plain.join('\n').trim() || 'it gave no reason']
  const cure = CURES.find(([pattern]) => said.some((text) => pattern.test(text)))?.[1]
  return new TestbedError(`terraform ${command} failed\n${said.join('\n')}`, cure === undefined ? {} : { hint: cure })
}

function describe({ summary, detail, address }: Diagnostic): string {
  const where = address === undefined ? '' : `${address}: `
  return [`${where}${summary}`, ...(detail === '' || detail === summary ? [] : [detail.trim()])].join('\n').replaceAll(/^(?=.)/gm, '  ')
}

const CURES: readonly (readonly [RegExp, string])[] = [
  [
    /No valid credential sources|ExpiredToken|InvalidClientTokenId|get credentials/i,
    'log in to AWS first: aws configure, or aws sso login',
  ],
  [
    /UnauthorizedOperation|AccessDenied/,
    'the identity that you are logged in with may not do this; see who it is with: aws sts get-caller-identity',
  ],
  [
    /VcpuLimitExceeded|LimitExceeded|AddressLimitExceeded/,
    'raise the quota of the account, or choose smaller instance types in cluster.yaml',
  ],
  [/Unsupported|not supported in your requested Availability Zone/, 'choose another instance type or region in cluster.yaml'],
  [/BucketAlreadyExists/, 'bucket names are global: choose another logBucket in cluster.yaml'],
  [/connection refused|no such host|i\/o timeout/i, 'see whether the AWS API can be reached: titus-bed status, titus-bed doctor'],
]
