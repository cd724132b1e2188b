import { callEngine, EngineError } from './engine.ts'
import type { Engine } from './engine.ts'
import type { ContainerSpec } from '../task/container-spec.ts'

/** How a container stands, as `docker inspect` tells it. */
export interface ContainerState {
  readonly Running: boolean
  readonly OOMKilled: boolean
  readonly ExitCode: number
  /** The daemon's own words when it could not start it; empty otherwise. */
  readonly Error: string
  /** `created`, `running`, `exited`, `dead`, … */
  readonly Status: string
}

/** A container of the list. */
export interface ListedContainer {
  readonly Id: string
  readonly State: string
  readonly Labels: Readonly<Record<string, string>>
}

const ordinaryMs = 120_000

/** Makes a container named `name`; one left over under that name is removed first. Returns its id. */
export async function createContainer(engine: Engine, name: string, spec: ContainerSpec): Promise<string> {
  const create = () =>
    callEngine<{ Id: string }>(engine, {
      method: 'POST',
      path: '/containers/create',
      query: { name },
      body: spec,
      silenceMs: ordinaryMs,
    })
  try {
    return (await create()).Id
  } catch (error) {
    if (!(error instanceof EngineError) || error.status !== 409) throw error
    await removeContainer(engine, name)
    return (await create()).Id
  }
}

/** Starts a container. Throws EngineError with runc's words when its program cannot be run. */
export async function startContainer(engine: Engine, id: string): Promise<void> {
  await callEngine(engine, { method: 'POST', path: `/containers/${id}/start`, silenceMs: ordinaryMs })
}

/** Stops a container: SIGTERM, and after `graceSec` SIGKILL. One that has stopped or gone is no error. */
export async function stopContainer(engine: Engine, id: string, graceSec: number): Promise<void> {
  const query = { t: String(graceSec) }
  await ignoreMissing(callEngine(engine, { method: 'POST', path: `/containers/${id}/stop`, query, silenceMs: (graceSec + 60) * 1_000 }))
}

/** Removes a container, killing it if need be. One that has gone is no error. */
export async function removeContainer(engine: Engine, id: string): Promise<void> {
  await ignoreMissing(
    callEngine(engine, { method: 'DELETE', path: `/containers/${id}`, query: { force: 'true', v: 'true' }, silenceMs: ordinaryMs }),
  )
}

/** How a container stands, or undefined when there is none. */
export async function inspectContainer(engine: Engine, id: string): Promise<ContainerState | undefined> {
  try {
    const path = `/containers/${id}/json`
    return (await callEngine<{ State: ContainerState }>(engine, { method: 'GET', path, silenceMs: ordinaryMs })).State
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined
    throw error
  }
}

/** What `docker inspect` tells of where a container writes to. */
interface Storage {
  readonly GraphDriver?: { readonly Data?: { readonly UpperDir?: string } | null }
  readonly HostsPath?: string
  readonly HostnamePath?: string
  readonly Mounts?: readonly { readonly Type: string; readonly Source: string }[]
}

/** Where on the host a container's own files are: its layer, its volumes, and those of /etc that Docker lets it write to. */
export async function listWrittenPaths(engine: Engine, id: string): Promise<readonly string[]> {
  const storage = await callEngine<Storage>(engine, { method: 'GET', path: `/containers/${id}/json`, silenceMs: ordinaryMs })
  const volumes = (storage.Mounts ?? []).filter(({ Type }) => Type === 'volume').map(({ Source }) => Source)
  return [storage.GraphDriver?.Data?.UpperDir, storage.HostsPath, storage.HostnamePath, ...volumes].flatMap((path) => path || [])
}

/** The processes of a running container, as the host numbers them. */
export async function listPids(engine: Engine, id: string): Promise<readonly number[]> {
  const path = `/containers/${id}/top`
  const top = await callEngine<{ Processes?: readonly (readonly string[])[] | null }>(engine, {
    method: 'GET',
    path,
    query: { ps_args: '-eo pid' },
    silenceMs: ordinaryMs,
  })
  return (top.Processes ?? []).flatMap((columns) => Number(columns[0]) || [])
}

/** Resolves when a container has stopped; rejects when the connection to the daemon breaks. */
export async function waitForContainer(engine: Engine, id: string): Promise<void> {
  await callEngine(engine, { method: 'POST', path: `/containers/${id}/wait`, query: { condition: 'not-running' } })
}

/** All containers, running or not, that have `label`. */
export async function listContainers(engine: Engine, label: string): Promise<readonly ListedContainer[]> {
  const query = { all: 'true', filters: JSON.stringify({ label: [label] }) }
  return callEngine<ListedContainer[]>(engine, { method: 'GET', path: '/containers/json', query, silenceMs: ordinaryMs })
}

/** Whether the daemon knows the OCI runtime `name`. */
export async function hasRuntime(engine: Engine, name: string): Promise<boolean> {
  const info = await callEngine<{ Runtimes?: Record<string, unknown> }>(engine, { method: 'GET', path: '/info', silenceMs: ordinaryMs })
  return info.Runtimes?.[name] !== undefined
}

async function ignoreMissing(call: Promise<unknown>): Promise<void> {
  try {
    await call
  } catch (error) {
    // The answer 409 means that a removal is already on its way.
    if (!(error instanceof EngineError) || (error.status !== 404 && error.status !== 409)) throw error
  }
}
