import type { RegionState } from '../region-state.ts'

import { askEmulator } from './ask-emulator.ts'

/**
 * Reads the whole region in one request, a few milliseconds.
 * @param internalSocket  the emulator's internal socket
 * @throws                what `askEmulator` throws
 */
export async function readRegion(internalSocket: string): Promise<RegionState> {
  return (await askEmulator(internalSocket, 'GET', '/region')) as unknown as RegionState
}
