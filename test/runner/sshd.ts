import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Hop, Testbed } from '../../schemas/testbed.ts'

/** Real OpenSSH servers on loopback: a bastion, and machines behind it. */
export interface SshTestbed {
  readonly testbed: Testbed
  readonly dir: string
  /** Ends the sshd of a machine with all its sessions, as a crash would. */
  kill(name: string): Promise<void>
  stop(): Promise<void>
}

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** Starts one sshd for each name; the first is the bastion, and the way to all others. `agents[…]` form the group `agents`.
 *  @param shell  the log-in shell of the user, in place of the real one; needs root */
export async function startSshTestbed(names: readonly string[], sshdOptions: readonly string[] = [], shell?: string): Promise<SshTestbed> {
  const dir = mkdtempSync(join(tmpdir(), 'titus-bed-sshd-'))
  // Sshd wants its own root folder; a fresh machine that never started the service has none.
  mkdirSync('/run/sshd', { recursive: true })
  const user = userInfo().username
  const identityFile = join(dir, 'id')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', identityFile])
  writeFileSync(join(dir, 'authorized_keys'), readFileSync(`${identityFile}.pub`))
  chmodSync(join(dir, 'authorized_keys'), 0o600)
  const daemons = new Map<string, ChildProcess>()
  const hops: Hop[] = []
  const start = async (config: string, lines: readonly string[]): Promise<[number, ChildProcess]> => {
    for (let tries = 1; ; tries += 1) {
      const port = await freePort()
      writeFileSync(config, [`Port ${port}`, ...lines].join('\n'))
      // Its own process group: a crash takes the sessions along.
      const [program, ...args] = [...withShell(dir, user, shell), '/usr/sbin/sshd', '-D', '-e', '-f', config]
      const daemon = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
      const said = await untilListening(daemon)
      if (said === undefined) return [port, daemon]
      // Somebody else may have got the port in between.
      if (tries === 3) throw new Error(`sshd does not start: ${said}`)
    }
  }
  for (const [index, name] of names.entries()) {
    const hostKey = join(dir, `host-${index}`)
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', hostKey])
    const config = join(dir, `sshd-${index}.conf`)
    const [port, daemon] = await start(config, [
      'ListenAddress 127.0.0.1',
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${join(dir, 'authorized_keys')}`,
      'PidFile none',
      'StrictModes no',
      'UsePAM no',
      // Bash reads ~/.bashrc when sshd starts it: the tests must not measure what stands there.
      `SetEnv HOME=${dir}`,
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      ...sshdOptions,
    ])
    daemons.set(name, daemon)
    const hostKeys = [readFileSync(`${hostKey}.pub`, 'utf8').trim()]
    hops.push({ name, address: '127.0.0.1', port, user, identityFile, hostKeys })
  }
  const [bastion] = hops
  if (bastion === undefined) throw new Error('no names')
  const kill = async (name: string) => {
    const daemon = daemons.get(name)
    if (daemon?.pid === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return
    const gone = once(daemon, 'exit')
    for (const pid of [...descendants(daemon.pid), daemon.pid]) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended by itself in between.
      }
    }
    await gone
  }
  return {
    dir,
    testbed: {
      name: 'loopback',
      target: 'lab',
      region: 'eu-west-1',
      account: '123456789012',
      hosts: hops.map((hop, index) => ({
        name: hop.name,
        ...(hop.name.startsWith('agents[') ? { group: 'agents' } : {}),
        instanceId: `i-${index}`,
        address: `127.0.0.${index + 1}`,
        user,
        route: index === 0 ? [hop] : [bastion, hop],
      })),
      outputs: { gateway: '127.0.0.1' },
      api: {},
    },
    kill,
    async stop() {
      for (const name of names) await kill(name)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** What starts a program that sees another log-in shell for a user: the list of users is another one in its own mount namespace. */
function withShell(dir: string, user: string, shell: string | undefined): readonly string[] {
  if (shell === undefined) return []
  const changed = join(dir, 'passwd')
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  writeFileSync(changed, lines.map((line) => (line.startsWith(`${user}:`) ? line.replace(/[^:]*$/, shell) : line)).join('\n'))
  return ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /etc/passwd && exec "$@"', changed]
}

function descendants(pid: number): number[] {
  const children = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number])
  const walk = (parent: number): number[] => children.filter(([, ppid]) => ppid === parent).flatMap(([child]) => [child, ...walk(child)])
  return walk(pid)
}

/** @returns undefined when it listens, what it said when it ended instead */
function untilListening(daemon: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let said = ''
    daemon.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('Server listening on')) resolve(undefined)
    })
    daemon.once('error', reject)
    daemon.once('exit', () => resolve(said))
  })
}
