import t from 'tap'
import { synthesize } from '../../stack/synth.ts'
import { seedCluster, seedInputs } from './fixtures.ts'

// The JSON is data without a type of its own; a test names the paths that it means.
// eslint-disable-next-line typescript/no-explicit-any
type Loose = any

t.test('the log bucket is private, encrypted and without lists, and goes with what is in it', async (t) => {
  const { resource } = synthesize(seedCluster, seedInputs) as Loose
  const bucket = '${aws_s3_bucket.titus_log_bucket.bucket}'
  t.equal(resource.aws_s3_bucket.titus_log_bucket.force_destroy, true)
  t.strictSame(resource.aws_s3_bucket_public_access_block.titus_log_bucket_public_access, {
    bucket,
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  })
  t.strictSame(resource.aws_s3_bucket_server_side_encryption_configuration.titus_log_bucket_encryption, {
    bucket,
    rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } }],
  })
  t.strictSame(resource.aws_s3_bucket_ownership_controls.titus_log_bucket_ownership, {
    bucket,
    rule: { object_ownership: 'BucketOwnerEnforced' },
  })
})
