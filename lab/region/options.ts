import type { PreparedImages } from '../image/index.ts'

/** What a region is started with, as JSON in `region.json` of its state folder. */
export interface RegionOptions {
  readonly region: string
  readonly account: string
  readonly images: PreparedImages
  /** A program of this computer that the machines see as /usr/local/bin/node; absent where their image has its own. */
  readonly node?: string
}

/** The name of the file in the state folder. */
export const regionOptionsFile = 'region.json'
