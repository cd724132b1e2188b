import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePort } from '../titus-server-master/free-port.ts'

const run = promisify(execFile)

// The jars of Debian's zookeeper that a standalone server needs: far less than the package depends on.
const packages = [
  'libzookeeper-java',
  'liblog4j1.2-java',
  'libslf4j-java',
  'libnetty-java',
  'libcommons-cli-java',
  'libsnappy-java',
  'libdropwizard-metrics-java',
]
const jars = [
  'zookeeper',
  'zookeeper-jute',
  'slf4j-api',
  'slf4j-nop',
  'log4j-1.2',
  'netty-all',
  'commons-cli',
  'snappy-java',
  'metrics-core',
]
const unpacked = fileURLToPath(new URL('../../../.tools/zookeeper', import.meta.url))

/** A ZooKeeper server on loopback, Debian's own. */
export interface Zookeeper {
  readonly connectString: string
  /** Ends it as a crash would and starts it again on the same port, with or without what it had stored. */
  restart(options: { readonly forget: boolean }): Promise<void>
  stop(): Promise<void>
}

/** Starts ZooKeeper. The packages are fetched and unpacked below `.tools` when they are not installed; java has to be there. */
export async function startZookeeper(): Promise<Zookeeper> {
  await run('java', ['-version']).catch(() => {
    throw new Error('java is not on PATH: apt-get install openjdk-17-jre-headless')
  })
  const classPath = (await jarFolder()).flatMap((folder) => jars.map((jar) => join(folder, `${jar}.jar`))).join(':')
  const folder = await mkdtemp(join(tmpdir(), 'zookeeper-'))
  const port = await freePort()
  const configuration = join(folder, 'zoo.cfg')
  const data = join(folder, 'data')
  await writeFile(
    configuration,
    [
      'tickTime=500',
      `dataDir=${data}`,
      `clientPort=${port}`,
      'clientPortAddress=127.0.0.1',
      'admin.enableServer=false',
      '4lw.commands.whitelist=ruok',
      '',
    ].join('\n'),
  )
  const start = async (): Promise<ReturnType<typeof spawn>> => {
    await mkdir(data, { recursive: true })
    const options = ['-Xmx64m', '-XX:TieredStopAtLevel=1', '-cp', classPath]
    const child = spawn('java', [...options, 'org.apache.zookeeper.server.quorum.QuorumPeerMain', configuration], { stdio: 'ignore' })
    await untilOk(port, child)
    return child
  }
  const end = async (child: ReturnType<typeof spawn>): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const closed = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGKILL')
    await closed
  }
  let child = await start()
  return {
    connectString: `127.0.0.1:${port}`,
    restart: async ({ forget }) => {
      await end(child)
      if (forget) await rm(data, { recursive: true, force: true })
      child = await start()
    },
    stop: async () => {
      await end(child)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function jarFolder(): Promise<string[]> {
  const installed = '/usr/share/java'
  if (jars.every((jar) => existsSync(join(installed, `${jar}.jar`)))) return [installed]
  const folder = join(unpacked, installed)
  if (jars.every((jar) => existsSync(join(folder, `${jar}.jar`)))) return [folder]
  await mkdir(unpacked, { recursive: true })
  const download = (): Promise<unknown> => run('apt-get', ['-q', 'download', ...packages], { cwd: unpacked })
  await download().catch(async () => {
    await run('apt-get', ['-q', 'update'])
    await download()
  })
  for (const file of await readdir(unpacked)) {
    if (file.endsWith('.deb')) await run('dpkg-deb', ['-x', join(unpacked, file), unpacked])
  }
  return [folder]
}

async function untilOk(port: number, child: ReturnType<typeof spawn>): Promise<void> {
  const deadline = Date.now() + 30_000
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`ZooKeeper ended with code ${child.exitCode}`)
    if ((await ask(port, 'ruok')) === 'imok') return
    await sleep(100)
  }
  throw new Error('ZooKeeper did not answer "ruok" within 30 s')
}

function ask(port: number, word: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = createConnection({ host: '127.0.0.1', port }, () => socket.end(word))
    socket.setTimeout(2000, () => socket.destroy())
    socket.on('data', (chunk) => (answer += String(chunk)))
    socket.on('error', () => resolve(''))
    socket.on('close', () => resolve(answer))
  })
}
