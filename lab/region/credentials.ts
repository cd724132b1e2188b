import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AccessKey } from '../api/index.ts'

/** Makes up the keys of a lab's admin. */
export function makeAdminKey(): AccessKey {
  return {
    // An access key id is AKIA and 16 letters and digits, as AWS makes them.
    accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
  }
}

/**
 * Writes an AWS credentials file (mode 0600) with a `default` profile.
 * @returns its path
 */
export function writeCredentialsFile(stateDir: string, key: AccessKey): string {
  const file = join(stateDir, 'credentials')
  const lines = ['[default]', `aws_access_key_id = ${key.accessKeyId}`, `aws_secret_access_key = ${key.secretAccessKey}`, '']
  writeFileSync(file, lines.join('\n'), { mode: 0o600 })
  return file
}
