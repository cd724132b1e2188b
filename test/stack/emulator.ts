import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { AwsAccess } from '../../schemas/testbed.ts'

const main = fileURLToPath(new URL('../../lab/emulator/main.py', import.meta.url))
const admin = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'an admin that only this test knows' }

/** Starts the lab's AWS API, without a lab behind it, on a free port of loopback. It ends with this process, or when `stop` is called.
 *  @param folder  where the credentials file goes */
export async function startEmulator(
  folder: string,
): Promise<AwsAccess & { readonly endpoint: string; readonly stop: () => Promise<void> }> {
  const child = spawn('python3', [main, '--port', '0', '--with-parent'], {
    env: { ...process.env, ...admin },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'exit')
  const deadline = AbortSignal.timeout(300_000)
  const lines = createInterface(child.stdout)
  const [line] = (await Promise.race([once(lines, 'line', { signal: deadline }), ended.then(() => [''])])) as [string]
  if (line === '') throw new Error('the emulator ended before it was ready')
  const credentialsFile = join(folder, 'credentials')
  const keys = [`aws_access_key_id = ${admin.AWS_ACCESS_KEY_ID}`, `aws_secret_access_key = ${admin.AWS_SECRET_ACCESS_KEY}`]
  writeFileSync(credentialsFile, ['[default]', ...keys, ''].join('\n'), { mode: 0o600 })
  const { port } = JSON.parse(line) as { port: number }
  return {
    endpoint: `http://127.0.0.1:${port}`,
    credentialsFile,
    stop: async () => {
      child.kill()
      await ended
    },
  }
}
