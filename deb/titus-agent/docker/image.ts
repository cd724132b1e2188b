import { callEngine, EngineError } from './engine.ts'
import type { Engine } from './engine.ts'

/** The registry has no such image: the task has failed, another try elsewhere would too. */
export class ImageNotFoundError extends Error {
  override readonly name = 'ImageNotFoundError'
}

/** What an image starts when the job says nothing. */
export interface ImageCommand {
  readonly entryPoint: readonly string[]
  readonly command: readonly string[]
}

/** How an image is named for a pull, and how the container shows it (`alpine:latest` where the registry is Docker Hub). */
export interface ImageReference {
  readonly pull: string
  readonly shown: string
}

const pullSilenceMs = 300_000
const missing = /manifest unknown|not found|repository does not exist|pull access denied|invalid reference format|unauthorized/i

/** `<registry>/name:tag`; without the registry in what is shown when it is Docker Hub, as `docker ps` shows it. */
export function nameImage(registry: string, image: string): ImageReference {
  const pull = registry === '' ? image : `${registry.replace(/(?<!\/)\/+$/, '')}/${image}`
  return { pull, shown: /^(index\.)?docker\.io$/.test(registry) ? image : pull }
}

/**
 * Pulls an image and reads what it starts.
 *
 * @throws ImageNotFoundError when the registry does not have it; any other error when it could not be asked
 */
export async function pullImage(engine: Engine, reference: ImageReference, signal: AbortSignal): Promise<ImageCommand> {
  const reply = await engine({
    method: 'POST',
    path: '/images/create',
    query: { fromImage: reference.pull },
    signal,
    silenceMs: pullSilenceMs,
  })
  const message = reply.status === 200 ? findPullError(reply.body) : reply.body
  if (message !== undefined) {
    if (missing.test(message)) throw new ImageNotFoundError(`${reference.pull}: ${describePullError(message)}`)
    throw new EngineError(reply.status, `pull of ${reference.pull}: ${describePullError(message)}`)
  }
  const path = `/images/${reference.shown}/json`
  const image = await callEngine<{ Config?: { Entrypoint?: string[] | null; Cmd?: string[] | null } }>(engine, {
    method: 'GET',
    path,
    signal,
  })
  return { entryPoint: image.Config?.Entrypoint ?? [], command: image.Config?.Cmd ?? [] }
}

/** The last error in a pull's progress lines: a pull that goes wrong half-way has answered 200 already. */
export function findPullError(progress: string): string | undefined {
  const errors = progress.split('\n').filter((line) => line.includes('"error"'))
  return errors.at(-1)
}

function describePullError(body: string): string {
  try {
    const { message, error } = JSON.parse(body) as { message?: string; error?: string }
    return message ?? error ?? body
  } catch {
    return body.trim()
  }
}
