import type { RegionState } from '../region/model.ts'

import { askEmulator } from './ask-emulator.ts'

/**
 * Reads the whole region in one request, a few milliseconds.
 * @param internalSocket  the emulator's internal socket
 * @throws                what `askEmulator` throws
 */
export const readRegion = async (internalSocket: string): Promise<RegionState> =>
  (await askEmulator(internalSocket, 'GET', '/region')) as unknown as RegionState
