import { createServer } from 'node:http'
import type { Reconciler } from './reconciler.ts'

/** The name of the region's control socket in the state folder. */
export const controlSocket = 'region.sock'

/** Serves what the product asks of a region: `GET /machines` answers a list of LabMachine. */
export function serveControl(socketPath: string, reconciler: Reconciler): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      const answer = (status: number, body: unknown): void =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      const { pathname } = new URL(request.url ?? '/', 'http://lab')
      if (request.method === 'GET' && pathname === '/machines') return answer(200, reconciler.listMachines())
      return answer(404, 'no such path')
    })
    server.once('error', reject)
    server.listen(socketPath, resolve)
  })
}
