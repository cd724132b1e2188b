import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import { parseFaultRequest } from '../faults/fault-request.ts'
import type { LabInstance, RegionState } from '../region-state.ts'
import { NoNetem } from '../network/shape-link.ts'
import type { BreakMachine } from './break-machine.ts'
import type { Reconciler } from './reconciler.ts'

/** The name of the region's control socket in the state folder. */
export const controlSocket = 'region.sock'

/** The longest body that is read, in bytes: a list of machines. */
const longestBody = 64 * 1024

/** Serves what the product asks of a region: `GET /machines` answers a list of LabMachine, `GET /instances` one of LabInstance, read when it
 *  is asked for, `GET /logs/INSTANCE` what the machine said last, as a string of JSON. `PUT` and `DELETE /faults/INSTANCE/KIND` break and heal
 *  (`FaultRequest`), and answer when it is so: 200, 400 what is no request, 501 what this computer cannot do, 500 why it was not done. */
export function serveControl(
  socketPath: string,
  reconciler: Pick<Reconciler, 'listMachines' | 'machineLog'>,
  readRegion: () => Promise<RegionState>,
  breakMachine: BreakMachine,
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
      if (log !== undefined)
        return void log.then(
          (text) => answer(200, text),
          (error: unknown) => answer(500, String(error)),
        )
      if (pathname.startsWith('/faults/'))
        return void readBody(request)
          .then(async (body) => {
            const wanted = parseFaultRequest(request.method ?? '', pathname, body)
            if (wanted === undefined) return answer(400, 'not a request of faults')
            await breakMachine(wanted)
            answer(200, 'done')
          })
          .catch((error: unknown) => answer(error instanceof NoNetem ? 501 : 500, error instanceof Error ? error.message : String(error)))
      return answer(404, 'no such path')
    })
    server.once('error', reject)
    server.listen(socketPath, () => resolve(server))
  })
}

// User data and keys are nobody's business here.
function describeInstance({ id, state, vpcId, privateAddress, publicAddress, launchedAt, tags }: LabInstance): LabInstance {
  return { id, state, vpcId, privateAddress, ...(publicAddress === undefined ? {} : { publicAddress }), launchedAt, tags }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > longestBody) return ''
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}
