import { renderJson } from '../../schemas/json-text.ts'
import type { Reporter, ReporterKind } from './reporter.ts'
import { withoutDepth } from './without-depth.ts'

/** The report itself, as data. */
export const json: ReporterKind = {
  summary: 'the whole report as JSON',
  create: (): Reporter => ({ finish: (report) => `${renderJson(withoutDepth(report), 2)}\n` }),
}
