import { createServer } from 'node:http'
import type { Reconciler } from './reconciler.ts'

/** The name of the region's control socket in the state folder. */
export const controlSocket = 'region.sock'

/** Serves what the product asks of a region: `GET /machines` answers a list of LabMachine, `POST /machines/ID/reboot` reboots one. */
export const serveControl = (socketPath: string, reconciler: Reconciler): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      const answer = (status: number, body: unknown): void =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      const { pathname } = new URL(request.url ?? '/', 'http://lab')
      if (request.method === 'GET' && pathname === '/machines') return answer(200, reconciler.listMachines())
      const id = /^\/machines\/(i-[0-9a-f]+)\/reboot$/.exec(pathname)?.[1]
      if (request.method === 'POST' && id !== undefined) return reconciler.reboot(id) ? answer(200, {}) : answer(404, 'no such machine')
      return answer(404, 'no such path')
    })
    server.once('error', reject)
    server.listen(socketPath, resolve)
  })
