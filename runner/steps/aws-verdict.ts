import type { AwsExit } from './aws-calls.ts'

/** What a call of the AWS CLI says about a permission. `unknown`: nothing, because it failed for another reason. */
export type AwsVerdict =
  | { readonly verdict: 'allowed' }
  | { readonly verdict: 'denied'; readonly code: string }
  | { readonly verdict: 'unknown'; readonly code?: string; readonly detail: string; readonly lasting: boolean }

/** The codes that mean "this identity may not do this", and nothing else. EC2 says UnauthorizedOperation, S3 AccessDenied, others
 *  AccessDeniedException. A bare 403 is none: S3's HEAD answers it for reasons of its own.
 *  @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and each service's common errors */
const denials = new Set(['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException'])

/**
 * Judges a call by how the AWS CLI ended. Success is `allowed`; one of the denial codes is `denied`; everything else (no credentials,
 * an expired or unknown key, no network, no CLI, a wrong parameter) says nothing about the permission.
 * `lasting`: waiting will not change it.
 */
export function judgeAwsCall(exit: Omit<AwsExit, 'stdout' | 'cut'>): AwsVerdict {
  if (exit.exitCode === 0) return { verdict: 'allowed' }
  const code = /An error occurred \(([\w.]+)\) when calling the \w+ operation/.exec(exit.stderr)?.[1]
  if (code !== undefined && denials.has(code)) return { verdict: 'denied', code }
  // EC2 answers so to `--dry-run` when the call would have been allowed.
  if (code === 'DryRunOperation') return { verdict: 'allowed' }
  if (exit.exitCode === 126 || exit.exitCode === 127)
    return { verdict: 'unknown', detail: 'the AWS CLI is not installed there', lasting: true }
  if (exit.ended !== 'exit')
    return { verdict: 'unknown', detail: `the call did not end by itself (${exit.signal ?? exit.ended})`, lasting: false }
  const lines = exit.stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const said = lines.find((line) => /error|unable|could not|invalid/i.test(line)) ?? lines.at(-1) ?? `exit ${exit.exitCode} without a word`
  return {
    verdict: 'unknown',
    ...(code === undefined ? {} : { code }),
    detail: said,
    lasting: /^usage:|Invalid choice|argument .{0,200} expected|SSL validation failed/im.test(exit.stderr),
  }
}
