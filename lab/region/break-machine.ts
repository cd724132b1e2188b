import type { FaultRequest } from '../faults/fault-request.ts'
import type { MachineFaults } from '../faults/machine-faults.ts'
import type { Reconciler } from './reconciler.ts'

/** Breaks or heals a machine, and returns when it is so. @throws Error, NoNetem when it is not */
export type BreakMachine = (request: FaultRequest) => Promise<void>

/** What breaks the machines of a region. @param faults  what is broken of the network, which the reconciler reads and this changes */
export function createBreaker(
  faults: Map<string, MachineFaults>,
  reconciler: Pick<Reconciler, 'withMachine' | 'keepDown' | 'reconcile'>,
): BreakMachine {
  const set = async (id: string, change: { readonly [Key in keyof MachineFaults]: MachineFaults[Key] | undefined }): Promise<void> => {
    const now = Object.entries({ ...faults.get(id), ...change }).filter(([, fault]) => fault !== undefined)
    if (now.length === 0) faults.delete(id)
    else faults.set(id, Object.fromEntries(now))
    await reconciler.reconcile()
  }
  return async (request) => {
    const { instanceId: id } = request
    if ('heals' in request) {
      if (request.heals === 'freeze') return reconciler.withMachine(id, async (machine) => machine.thaw())
      if (request.heals === 'isolate') return set(id, { isolation: undefined })
      await reconciler.withMachine(id, (machine) => machine.shape({}))
      return set(id, { slowness: undefined })
    }
    switch (request.kind) {
      case 'crash':
        await reconciler.withMachine(id, async (machine) => {
          const down = reconciler.keepDown(id)
          await machine.crash()
          await down
        })
        return
      case 'freeze':
        return reconciler.withMachine(id, (machine) => machine.freeze())
      case 'isolate':
        return set(id, { isolation: request.isolation })
      case 'slow': {
        const { lossBasisPoints: _, ...shape } = request.slowness
        await reconciler.withMachine(id, (machine) => machine.shape(shape))
        return set(id, { slowness: request.slowness })
      }
    }
  }
}
