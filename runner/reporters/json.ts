import type { Reporter, ReporterKind } from './reporter.ts'

/** The report itself, as data. */
export const json: ReporterKind = {
  summary: 'the whole report as JSON',
  create: (): Reporter => ({ finish: (report) => `${JSON.stringify(report, undefined, 2)}\n` }),
}
