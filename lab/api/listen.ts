import { once } from 'node:events'
import type { Server } from 'node:net'
import type { Server as HttpServer } from 'node:http'
import type { Server as HttpsServer } from 'node:https'

/** Starts to listen, and tells when it does. @throws the system's error, such as EADDRINUSE */
export async function listen(
  server: Server,
  where: { readonly path: string } | { readonly host: string; readonly port: number },
): Promise<void> {
  server.listen(where)
  await once(server, 'listening')
}

/** Stops listening and ends every connection. */
export async function closeServer(server: HttpServer | HttpsServer): Promise<void> {
  if (!server.listening) return
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
}
