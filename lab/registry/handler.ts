import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { ImageIndex } from './layout.ts'
import { blobFile, indexTime, loadIndex } from './layout.ts'
import { registryRequest } from './request.ts'

/** Handles one request of a Node HTTP server; never throws. */
export type RegistryHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * Makes the HTTP face of a read-only registry. Blobs are streamed, images that are added to the folder later are seen at once.
 *
 * @param folder  an OCI image layout, as `prepareImages` gives it
 */
export function createRegistryHandler(folder: string): RegistryHandler {
  let known: { readonly time: number; readonly index: ImageIndex } = { time: -1, index: { schemaVersion: 2, manifests: [] } }
  const readIndex = async (): Promise<ImageIndex> => {
    const time = await indexTime(folder)
    if (time !== known.time) known = { time, index: await loadIndex(folder) }
    return known.index
  }
  const blobSize = async (digest: string): Promise<number | undefined> =>
    stat(blobFile(folder, digest)).then(
      (found) => found.size,
      () => undefined,
    )

  return async (request, response) => {
    try {
      const path = (request.url ?? '/').split('?')[0] ?? '/'
      const store = { index: await readIndex(), blobSize }
      const answer = await registryRequest(store, request.method ?? 'GET', path, { range: request.headers.range })
      response.writeHead(answer.status, answer.headers)
      if (answer.body === undefined || typeof answer.body === 'string') {
        response.end(answer.body)
        return
      }
      const { digest, start, end } = answer.body
      await pipeline(createReadStream(blobFile(folder, digest), { start, end, highWaterMark: 1 << 20 }), response)
    } catch (error) {
      // The client or the folder has gone, which a body that is cut short tells.
      if (response.headersSent) response.destroy()
      else
        response
          .writeHead(500, { 'content-type': 'application/json' })
          .end(JSON.stringify({ errors: [{ code: 'UNKNOWN', message: String(error) }] }))
    }
  }
}
