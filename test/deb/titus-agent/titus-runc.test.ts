import { execFile } from 'node:child_process'
import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { tsLoader } from '../../ts-loader.ts'

const agent = fileURLToPath(new URL('../../../deb/titus-agent/', import.meta.url))
const folder = t.testdir({
  bin: {
    'titus-runc': await readFile(join(agent, 'bin/titus-runc'), 'utf8'),
    'set-network-namespace': `#!/bin/sh\nexec '${process.execPath}' --import '${tsLoader}' '${agent}set-network-namespace.ts' "$@"\n`,
    runc: '#!/bin/sh\necho "says $*"\necho complains >&2\n',
  },
  bundle: {},
  logs: { stdout: 'before\n', stderr: '' },
})
function within(path: string): string {
  return join(folder, path)
}

for (const name of ['titus-runc', 'set-network-namespace', 'runc']) await chmod(within(`bin/${name}`), 0o755)

/** Calls titus-runc where a network namespace has been made for the container `task`, in a /run of its own. @returns what came on stdout */
async function call(...args: readonly string[]): Promise<string> {
  const config = { mounts: [{ destination: '/logs', source: within('logs') }], linux: { namespaces: [{ type: 'network' }] } }
  const script =
    'mount -t tmpfs tmpfs /run && mkdir /run/netns && : >/run/netns/task && printf %s "$0" >"$1/bundle/config.json" && shift && exec "$@"'
  const rights = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const program = ['sh', '-c', script, JSON.stringify(config), folder, within('bin/titus-runc'), ...args]
  const env = { ...process.env, PATH: `${within('bin')}:${process.env['PATH']}` }
  return (await promisify(execFile)('unshare', [...rights, '--mount', ...program], { env, timeout: 60_000 })).stdout
}

t.test('what a task says goes to its log files, behind what is in them, and nothing to Docker', async (t) => {
  t.equal(await call('--root', '/x', 'create', '--bundle', within('bundle'), 'task'), '')
  t.equal(await readFile(within('logs/stdout'), 'utf8'), `before\nsays --root /x create --bundle ${within('bundle')} task\n`)
  t.equal(await readFile(within('logs/stderr'), 'utf8'), 'complains\n')
  t.match(JSON.parse(await readFile(within('bundle/config.json'), 'utf8')), {
    linux: { namespaces: [{ type: 'network', path: '/run/netns/task' }] },
  })
})

t.test('all else is left to runc: other commands, and containers that are no tasks', async (t) => {
  t.match(await call('exec', 'task', 'sh'), /^says exec task sh\n/)
  t.match(await call('create', `--bundle=${within('bundle')}`, 'other'), /^says create --bundle=\S+ other\n/)
  t.notMatch(await readFile(within('bundle/config.json'), 'utf8'), 'netns')
})
