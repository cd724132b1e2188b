import { renderJson } from '../../schemas/json-text.ts'
import type { Reporter, ReporterKind } from './reporter.ts'

/** What happens, as it happens: the same lines that a run keeps beside its testbed, for wherever `report merge` reads them. */
export const journal: ReporterKind = {
  summary: 'every event as a line of JSON, which report merge reads',
  create: (): Reporter => ({ onEvent: (event) => `${renderJson(event)}\n` }),
}
