import type { PreparedImages } from '../image/index.ts'
import type { Mirror } from '../mirror/index.ts'

/** What a region is started with, as JSON in `region.json` of its state folder. */
export interface RegionOptions {
  readonly region: string
  readonly account: string
  readonly images: PreparedImages
  /** A program of this computer that the machines see as /usr/local/bin/node; absent where their image has its own. */
  readonly node?: string
  /** The distribution's servers that the machines have a door to; absent where they have no apt. */
  readonly mirrors?: readonly Mirror[]
}

/** The name of the file in the state folder. */
export const regionOptionsFile = 'region.json'
