import { describeRun } from './html/describe-run.ts'
import { pageParts } from './html/page-parts.ts'
import { renderDocument } from './html/render-document.ts'
import { traceRun } from './html/trace-run.ts'
import type { Reporter, ReporterKind } from './reporter.ts'

/** One page for a browser, which needs no network: what failed first, the tree of steps, tables, graphs. */
export const html: ReporterKind = {
  summary: 'one page for a browser, without network',
  create(options): Reporter {
    const run = traceRun()
    return {
      onEvent(event) {
        run.see(event)
        return undefined
      },
      finish: (report) => renderDocument(describeRun(report, run.traces(), options), pageParts()),
    }
  },
}
