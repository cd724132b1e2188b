import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const root = new URL('../../', import.meta.url).pathname

/** Where the name of the partition or of its hosts is written all the same, and why that is right there. */
const written: Readonly<Record<string, string>> = {
  'schemas/partitions.ts': 'the table',
  'cli/target/aws-target.ts': 'one host that tells everybody their address',
  'deb/titus-agent/task/environment.ts': 'what the executor of Titus itself sets',
  'deb/titus-server-master/task-info.ts': 'what Titus itself makes of the short name of a role',
}

t.test('ARNs, hosts and owners of images are written from the partition of the region', async (t) => {
  const found = ['cli', 'deb', 'runner', 'schemas', 'stack'].flatMap((part) =>
    readdirSync(join(root, part), { recursive: true, encoding: 'utf8' })
      .map((name) => join(part, name))
      .filter(
        (file) =>
          /\.(ts|sh)$/.test(file) && /amazonaws\.com|arn:aws|099720109477|136693071363/.test(readFileSync(join(root, file), 'utf8')),
      ),
  )
  t.same(found.toSorted(), Object.keys(written).toSorted())
})
