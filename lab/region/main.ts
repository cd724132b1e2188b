import { readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { openSocketFolder } from '../../system/socket-folder.ts'
import type { RegionMessage } from '../bundle/messages.ts'
import { startApi } from '../api/index.ts'
import { findInstance, startMetadata } from '../metadata/index.ts'
import { createForwarder, hostsOf, mirrorSocket } from '../mirror/index.ts'
import { fixedAddresses } from '../network/addresses.ts'
import { serveRelay } from '../network/relay.ts'
import { createResolver } from '../network/resolver.ts'
import { buildNameTable } from '../network/resolver-answers.ts'
import { createRouter } from '../network/router.ts'
import { createRegistryHandler } from '../registry/index.ts'
import { createBreaker } from './break-machine.ts'
import { controlSocket, serveControl } from './control.ts'
import { makeAdminKey, writeCredentialsFile } from './credentials.ts'
import type { MachineFaults } from '../faults/machine-faults.ts'
import { shareProgram } from '../machines/share-program.ts'
import { openMachine } from './open-machine.ts'
import { regionOptionsFile } from './options.ts'
import type { RegionOptions } from './options.ts'
import { stopInstance } from './power-off.ts'
import { createReconciler } from './reconciler.ts'
import { createSigner } from './sign-document.ts'

/* A program: the region, in the lab's namespaces. It lives as long as the lab. usage: main.ts STATE-FOLDER ; the lab's cgroup is in
 * the environment (TITUS_BED_GROUP), messages go to descriptor 3, the log to standard error. */

async function main(stateDir: string, groupPath: string): Promise<void> {
  const options = JSON.parse(readFileSync(join(stateDir, regionOptionsFile), 'utf8')) as RegionOptions
  const { region, account } = options
  const tell = (message: RegionMessage): void => void writeSync(3, `${JSON.stringify(message)}\n`)
  const log = (line: string): void => void process.stderr.write(`${new Date().toISOString()} ${line}\n`)
  const sockets = openSocketFolder(stateDir)
  const router = createRouter()
  await router.setAddresses(Object.values(fixedAddresses))

  const mirrors = hostsOf(options.mirrors ?? [])

  tell({ type: 'progress', line: 'starting the AWS API' })
  const credentials = makeAdminKey()
  const api = await startApi({
    stateDir,
    region,
    account,
    credentials,
    regionSocket: controlSocket,
    onChange: () => reconciler.trigger(),
    front: {
      address: fixedAddresses.endpoints,
      registry: createRegistryHandler(options.images.registry),
      others: { names: mirrors, handle: createForwarder(sockets.path(mirrorSocket)) },
    },
  })
  void api.ended.then((reason) => {
    log(reason)
    process.exit(1)
  })

  const node = options.node === undefined ? undefined : await shareProgram(options.node)
  const faults = new Map<string, MachineFaults>()
  const resolver = createResolver(() => buildNameTable(reconciler.state(), mirrors))
  const reconciler = createReconciler({
    initial: await api.readRegion(),
    readRegion: () => api.readRegion(),
    router,
    resolver,
    createMachine: (instance, links, onPowerOff) =>
      openMachine(
        { stateDir, groupPath, options, node, router, state: reconciler.state, authorityFile: api.caFile, log },
        instance,
        links,
        onPowerOff,
      ),
    stopInstance: (instanceId) => stopInstance(instanceId, region, credentials),
    faults,
    log,
  })
  await resolver.listen(fixedAddresses.resolver)
  await startMetadata({
    find: (address) => findInstance(reconciler.state(), address),
    credentials: ({ id }) => api.instanceCredentials(id),
    sign: createSigner(join(stateDir, 'identity')),
  })
  await reconciler.reconcile()
  await serveRelay(sockets.path('relay.sock'), reconciler.state)
  await serveControl(sockets.path(controlSocket), reconciler, () => api.readRegion(), createBreaker(faults, reconciler))
  const credentialsFile = writeCredentialsFile(stateDir, credentials)
  tell({ type: 'ready', access: { region, account, credentialsFile, internetAddress: fixedAddresses.internet } })
}

function fail(error: unknown): void {
  process.stderr.write(`region: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exit(1)
}
process.on('uncaughtException', fail)
main(process.argv[2] ?? '', process.env['TITUS_BED_GROUP'] ?? '').catch(fail)
