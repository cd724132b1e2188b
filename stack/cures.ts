import { cureNoCapacity, readNoCapacity } from './no-capacity.ts'

/** What to do about a failure that AWS, or Terraform in its name, told in these words; undefined when it is not a known one. */
export function cureFor(text: string): string | undefined {
  const short = readNoCapacity(text)
  return short === undefined ? cures.find(([pattern]) => pattern.test(text))?.[1] : cureNoCapacity(short)
}

const cures: readonly (readonly [RegExp, string])[] = [
  [
    /No valid credential sources|Could not load credentials|Could not resolve credentials|ExpiredToken|InvalidClientTokenId|get credentials|security token .* is (invalid|expired)/i,
    'log in to AWS first: aws configure, or aws sso login',
  ],
  [
    /UnauthorizedOperation|AccessDenied|not authorized/,
    'the identity that you are logged in with may not do this; see who it is with: aws sts get-caller-identity',
  ],
  [
    /VcpuLimitExceeded|LimitExceeded|AddressLimitExceeded/,
    'raise the quota of the account, or choose smaller instance types in cluster.yaml',
  ],
  [
    /Unsupported state file format/,
    'put terraform.tfstate.backup, beside it, in the place of terraform.tfstate; in the lab titus-bed destroy needs neither',
  ],
  [/api error Unsupported|not supported in your requested Availability Zone/, 'choose another instance type or region in cluster.yaml'],
  [/aws_ami\.\w+: Your query returned no results/, 'there is no such image in the region: choose another image or region in cluster.yaml'],
  [/BucketAlreadyExists/, 'bucket names are global: choose another logBucket in cluster.yaml'],
  [
    /AlreadyExists|already exists|AlreadyOwnedByYou|KeyPair\.Duplicate/,
    'Terraform does not know what has this name: another testbed, or an apply that was killed, made it. In the lab: titus-bed destroy, then titus-bed apply. On AWS: remove it by hand, or choose another name',
  ],
  [/was killed/, 'what it was just making may be unknown to it now: titus-bed destroy, or titus-bed apply'],
  [
    /connection refused|ECONNREFUSED|no such host|ENOTFOUND|i\/o timeout/i,
    'see whether the AWS API can be reached: titus-bed status, titus-bed doctor',
  ],
]
