import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { freshFolder, root, start, titusBed } from './product.ts'

/** The variables that point AWS clients at the lab of a testbed, as `titus-bed env` prints them; keys of this computer's own do not count. */
export async function labEnvironment(cwd: string): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await titusBed(cwd, 'env')
  return Object.fromEntries([...stdout.matchAll(/export (\w+)='?([^'\n]*)'?/g)].map(([, name = '', value = '']) => [name, value]))
}

/** Raises a second testbed through the API of a lab that runs, with nothing of the lab but what speaks for AWS: account, offers, quota, price and
 *  question are those of `--target aws`, and its machines are up when it ends. Then it is destroyed the same way. */
export async function raiseAsOnAws(t: Test, cwd: string): Promise<void> {
  const folder = freshFolder()
  t.teardown(folder.remove)
  writeFileSync(join(folder.path, 'cluster.yaml'), 'name: second\nzone: eu-west-1b\nnetwork: { cidr: 10.31.0.0/16 }\n')
  const toLab = await labEnvironment(cwd)
  const env = { ...toLab, AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_SESSION_TOKEN: undefined }
  const bed = (...args: readonly string[]) =>
    start(process.execPath, [join(root, 'bin/titus-bed.cjs'), ...args], folder.path, { env, timeoutMs: 600_000 }).ended
  const applied = await bed('apply', '--target', 'aws', '--yes')
  t.equal(applied.code, 0, 'apply', { stderr: applied.stderr.slice(-3000) })
  t.match(applied.stderr, `warning: AWS_ENDPOINT_URL is set: this goes to ${toLab['AWS_ENDPOINT_URL']}, not to AWS`)
  t.notMatch(applied.stderr, /vCPU quota of the account was not checked/, 'quotas can be read')
  t.match(applied.stderr, /account \d{12}, region eu-west-1, as arn:aws:/)
  t.match(applied.stderr, /price: about USD 0\.37 an hour in eu-west-1/)
  t.match(applied.stdout, /testbed second is up: \d+ created, .* 5 machines ready/)
  t.match((await bed('exec', 'gateway', '--', 'hostname', '-I')).stdout, /10\.31\.100\.12/, 'and they can be reached')
  t.match((await bed('plan', '--target', 'aws')).stdout, /^no changes\nprice: /, 'it stays in its zone')
  const destroyed = await bed('destroy', '--yes')
  t.equal(destroyed.code, 0, 'destroy', { stderr: destroyed.stderr.slice(-3000) })
}
