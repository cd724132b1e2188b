import type { LabConnection } from '../lab.ts'

/** What the region says on descriptor 3, one JSON document a line. `ready` is the last. */
export type RegionMessage =
  { readonly type: 'progress'; readonly line: string } | { readonly type: 'ready'; readonly access: Omit<LabConnection, 'endpoint'> }

/** What the supervisor says on its descriptor 3 to the one who starts it. `ready` or `failed` is the last. */
export type SupervisorMessage =
  | { readonly type: 'progress'; readonly line: string }
  | { readonly type: 'ready'; readonly connection: LabConnection }
  | { readonly type: 'failed'; readonly reason: string }
