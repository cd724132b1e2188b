import { setTimeout as delay } from 'node:timers/promises'
import { inspectContainer, waitForContainer } from '../docker/container.ts'
import type { ContainerState } from '../docker/container.ts'
import { EngineError } from '../docker/engine.ts'
import type { Engine } from '../docker/engine.ts'

const againMs = 1_000

/**
 * Waits until a container has stopped, for as long as it runs. A daemon that goes away is waited for: a container survives it or is found stopped.
 *
 * @returns its last state, or undefined when the container is gone
 */
export async function awaitExit(engine: Engine, id: string): Promise<ContainerState | undefined> {
  for (;;) {
    try {
      await waitForContainer(engine, id)
      const state = await inspectContainer(engine, id)
      if (state === undefined || !state.Running) return state
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return undefined
    }
    await delay(againMs)
  }
}
