import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { LabInstance, RegionState } from '../region-state.ts'
import type { Reconciler } from './reconciler.ts'

/** The name of the region's control socket in the state folder. */
export const controlSocket = 'region.sock'

/** Serves what the product asks of a region: `GET /machines` answers a list of LabMachine, `GET /instances` one of LabInstance, read when it
 *  is asked for, `GET /logs/INSTANCE` what the machine said last, as a string of JSON. */
export function serveControl(
  socketPath: string,
  reconciler: Pick<Reconciler, 'listMachines' | 'machineLog'>,
  readRegion: () => Promise<RegionState>,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      const answer = (status: number, body: unknown): void =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      const { pathname } = new URL(request.url ?? '/', 'http://lab')
      if (request.method === 'GET' && pathname === '/machines') return answer(200, reconciler.listMachines())
      if (request.method === 'GET' && pathname === '/instances')
        return void readRegion().then(
          ({ instances }) => answer(200, instances.map(describeInstance)),
          (error: unknown) => answer(500, String(error)),
        )
      const [, instanceId] = /^\/logs\/(i-[0-9a-f]+)$/.exec(pathname) ?? []
      const log = request.method === 'GET' && instanceId !== undefined ? reconciler.machineLog(instanceId) : undefined
      if (log !== undefined) return void log.then((text) => answer(200, text))
      return answer(404, 'no such path')
    })
    server.once('error', reject)
    server.listen(socketPath, () => resolve(server))
  })
}

// User data and keys are nobody's business here.
function describeInstance({ id, state, vpcId, privateAddress, launchedAt, tags }: LabInstance): LabInstance {
  return { id, state, vpcId, privateAddress, launchedAt, tags }
}
