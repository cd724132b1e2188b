import type { RoleName } from '../schemas/roles/index.ts'
import { S3Bucket, S3BucketEncryption, S3BucketOwnershipControls, S3BucketPublicAccessBlock, S3Object } from './constructs.ts'
import type { TerraformStack } from './constructs.ts'
import type { StackPackage } from './inputs.ts'

/** The log bucket, and the packages in it. */
export interface Storage {
  readonly bucket: S3Bucket
  /** What hosts of a role fetch. */
  readonly packagesOf: (role: RoleName) => readonly S3Object[]
}

/** The key of a package in the log bucket. Letters that a URL or a signature would have to encode (`+`, `~`) become dashes. */
export function packageKey(file: string): string {
  return `packages/${file.replaceAll(/[^A-Za-z0-9._-]/g, '-')}`
}

/** One bucket with three settings, and an object for each package. Their files lie in `packages/` of the folder that Terraform works in.
 *  The bucket goes with everything in it when the testbed is destroyed. */
export function addStorage(stack: TerraformStack, name: string, packages: readonly StackPackage[]): Storage {
  const bucket = new S3Bucket(stack, 'titus_log_bucket', { bucket: name, forceDestroy: true })
  closeBucket(stack, bucket.bucket)
  const objects = packages.map(({ name: id, file, sha256, installedBy }) => ({
    installedBy,
    object: new S3Object(stack, id.replaceAll(/[^A-Za-z0-9_-]/g, '_'), {
      bucket: bucket.bucket,
      key: packageKey(file),
      source: `packages/${file}`,
      sourceHash: sha256,
      contentType: file.endsWith('.deb') ? 'application/vnd.debian.binary-package' : 'application/gzip',
    }),
  }))
  return { bucket, packagesOf: (role) => objects.filter(({ installedBy }) => installedBy.includes(role)).map(({ object }) => object) }
}

/** What S3 gives every new bucket since 2023, said here so that an apply takes back what somebody changed: no public rights by list or
 *  by policy, encryption with S3's own keys, and no lists at all.
 *  @see docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html, default-encryption-faq.html,
 *  about-object-ownership.html */
function closeBucket(stack: TerraformStack, bucket: string): void {
  new S3BucketPublicAccessBlock(stack, 'titus_log_bucket_public_access', {
    bucket,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  })
  new S3BucketEncryption(stack, 'titus_log_bucket_encryption', {
    bucket,
    rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
  })
  new S3BucketOwnershipControls(stack, 'titus_log_bucket_ownership', { bucket, rule: { objectOwnership: 'BucketOwnerEnforced' } })
}
