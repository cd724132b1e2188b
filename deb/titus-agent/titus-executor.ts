import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { countOf } from '../../system/count-of.ts'
import { openInstanceMetadata, readInstanceFacts } from './aws/instance-metadata.ts'
import { hasRuntime } from './docker/container.ts'
import { openEngine } from './docker/engine.ts'
import type { Engine } from './docker/engine.ts'
import { createExecutor } from './executor/executor.ts'
import { splitLines } from './executor/messages.ts'
import type { ExecutorCommand, ExecutorMessage } from './executor/messages.ts'
import { parseAttributes, parseInterfaceLimits } from './mesos/settings.ts'
import { createAddressPool } from './network/address-pool.ts'
import { parseSubnet } from './network/subnet.ts'
import { createTaskLinks } from './network/task-links.ts'
import { openVpcInterfaces } from './network/vpc-interfaces.ts'
import { taskRuntime } from './task/container-spec.ts'
import { loadCaBundle } from './task/host-files.ts'
import { addressFolder } from './task/record.ts'

// The program titus-executor runs once on an agent. Commands come on stdin, reports go to stdout, the log to stderr. Started through
// /apps/titus-executor/bin/run.

function log(line: string): void {
  console.error(line)
}
function send(message: ExecutorMessage): void {
  void process.stdout.write(`${JSON.stringify(message)}\n`)
}
const collectEveryMs = 60_000
/** Where docker looks for docker-init. */
const initFolders = [
  '/usr/bin',
  '/usr/local/bin',
  '/usr/libexec/docker',
  '/usr/local/libexec/docker',
  '/usr/lib/docker',
  '/usr/local/lib/docker',
  '/usr/sbin',
]

async function main(): Promise<void> {
  const { env } = process
  if (env['METATRON_ENABLED'] !== 'false' && !existsSync('/metatron')) {
    throw new Error('Cannot create Titus executor: Failed to initialize Metatron trust store: lstat /metatron: no such file or directory')
  }
  const commands: ExecutorCommand[] = []
  let accept = (command: ExecutorCommand): void => void commands.push(command)
  process.stdin.setEncoding('utf8')
  process.stdin.on(
    'data',
    splitLines((line) => accept(JSON.parse(line) as ExecutorCommand)),
  )
  // The agent has gone. Its containers go on, and the next executor finds them.
  process.stdin.on('end', () => process.exit(0))

  const metadata = openInstanceMetadata(env['AWS_EC2_METADATA_SERVICE_ENDPOINT'])
  const facts = await untilReady('the metadata service', () => readInstanceFacts(metadata))
  const engine = openEngine()
  await untilReady('docker', () => checkDocker(engine))

  const limits = parseInterfaceLimits(parseAttributes(env['MESOS_ATTRIBUTES'] ?? '')['res'])
  const endpoint = env['AWS_ENDPOINT_URL']
  const connection = { region: facts.region, credentials: metadata.credentials, ...(endpoint === undefined ? {} : { endpoint }) }
  const pool = createAddressPool(openVpcInterfaces(connection, facts), limits.addresses)
  const hostCa = await loadCaBundle()
  const { TITUS_LOG_BUCKET: bucket = '', STACK: stack = env['NETFLIX_STACK'] ?? 'mainvpc' } = env
  const workFolder = join(env['MESOS_WORK_DIR'] ?? '/var/lib/mesos', 'titus')
  const context = {
    engine,
    pool,
    links: createTaskLinks(facts.address, parseSubnet(facts.subnet)),
    registry: env['TITUS_REGISTRY'] ?? '',
    environment: env,
    ...(hostCa === undefined ? {} : { hostCa }),
    hasInit: initFolders.some((folder) => existsSync(join(folder, 'docker-init'))),
    folders: {
      records: join(workFolder, 'records'),
      tasks: join(workFolder, 'tasks'),
      environments: '/var/lib/titus-environments',
      logs: '/var/lib/titus-container-logs',
      addresses: addressFolder,
    },
    ...(bucket === '' ? {} : { logStore: { connection, bucket, stack } }),
    log,
  }
  const executor = createExecutor(context, (update) => {
    log(`${update.taskId} ${update.state} ${update.message}`)
    send({ type: 'UPDATE', ...update })
  })
  send({ type: 'READY', tasks: await executor.recover() })
  log(
    `ready on ${facts.instanceId} in ${facts.subnet}: ${countOf(limits.interfaces, 'interface')} of ${countOf(limits.addresses, 'address', 'addresses')}`,
  )
  accept = executor.handle
  for (const command of commands.splice(0)) accept(command)

  const warn = (what: string) => (error: unknown) => log(`${what}: ${String(error)}`)
  pool.attachInterfaces(limits.interfaces).catch(warn('attaching network interfaces'))
  setInterval(() => void pool.collect().catch(warn('unassigning idle addresses')), collectEveryMs).unref()
}

async function checkDocker(engine: Engine): Promise<void> {
  if (!(await hasRuntime(engine, taskRuntime))) throw new Error(`the daemon does not know the runtime ${taskRuntime}: reload docker`)
}

/** Asks again until it works: an agent that boots before its neighbours waits for them. The log tells the reason once for each. */
async function untilReady<T>(what: string, ask: () => Promise<T>): Promise<T> {
  let told = ''
  for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, 5_000)) {
    try {
      return await ask()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (reason !== told) log(`waiting for ${what}: ${reason}`)
      told = reason
      await delay(pauseMs)
    }
  }
}

main().catch((error: unknown) => {
  log(error instanceof Error ? error.message : String(error))
  process.exit(1)
})
