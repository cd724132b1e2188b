import { spawn } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { Testbed } from '../schemas/testbed.ts'
import type { Bench } from './figure.ts'
import { runProgram } from './program.ts'

/** Machines that are all this computer: what a figure of them shows is ours, and OpenSSH's. */
export interface Loopback {
  readonly testbed: Testbed
  /** The same for `--testbed-file`. */
  readonly hostsFile: string
}

/** How long sshd may take to listen. */
const startMs = 10_000

/** Lends as many machines as are wanted, `m0`, `m1`, …, of one real OpenSSH server on loopback that ends with the work. */
export async function withLoopback(
  { folder, signal }: Pick<Bench, 'folder' | 'signal'>,
  machines: number,
  work: (loopback: Loopback) => Promise<void>,
): Promise<void> {
  const place = await mkdtemp(join(folder, 'loopback-'))
  // Sshd wants its own root folder; a fresh machine that never started the service has none.
  await mkdir('/run/sshd', { recursive: true })
  const file = (name: string) => join(place, name)
  for (const name of ['id', 'host'])
    await runProgram('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)], { cwd: place, signal })
  await copyFile(file('id.pub'), file('authorized_keys'))
  await chmod(file('authorized_keys'), 0o600)
  const port = await freePort()
  const config = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${file('host')}`,
    `AuthorizedKeysFile ${file('authorized_keys')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
    'MaxStartups 200',
    // Bash reads ~/.bashrc when sshd starts it: what stands there is not to be measured.
    `SetEnv HOME=${place}`,
  ]
  await writeFile(file('sshd.conf'), config.join('\n'))
  const sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', file('sshd.conf')], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(sshd, 'exit')
  const late = setTimeout(() => sshd.kill('SIGKILL'), startMs)
  try {
    await untilListening(sshd.stderr).finally(() => clearTimeout(late))
    const user = userInfo().username
    const hostKey = (await readFile(file('host.pub'), 'utf8')).split(' ').slice(0, 2).join(' ')
    const names = Array.from({ length: machines }, (_, index) => `m${index}`)
    const hosts = names.map((name) => `  - { name: ${name}, address: 127.0.0.1, port: ${port}, hostKeys: [${hostKey}] }\n`).join('')
    await writeFile(file('hosts.yaml'), `name: loopback\nuser: ${user}\nidentity: ./id\nhosts:\n${hosts}`)
    await work({ testbed: describe(names, port, user, file('id'), hostKey), hostsFile: file('hosts.yaml') })
  } finally {
    sshd.kill('SIGTERM')
    await ended
  }
}

function describe(names: readonly string[], port: number, user: string, identityFile: string, hostKey: string): Testbed {
  return {
    name: 'loopback',
    target: 'hosts',
    region: '',
    account: '',
    hosts: names.map((name) => {
      const hop = { name, address: '127.0.0.1', port, user, identityFile, hostKeys: [hostKey] }
      return { name, instanceId: name, address: '127.0.0.1', user, route: [hop] }
    }),
    outputs: {},
    api: {},
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function untilListening(errors: NodeJS.ReadableStream): Promise<void> {
  let said = ''
  for await (const text of errors) {
    said += String(text)
    if (said.includes('Server listening on')) {
      errors.resume()
      return
    }
  }
  throw new Error(`sshd does not start: ${said}`)
}
