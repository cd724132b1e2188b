import { github } from './github.ts'
import { html } from './html.ts'
import { json } from './json.ts'
import { journal } from './journal.ts'
import { junit } from './junit.ts'
import { live } from './live.ts'
import type { ReporterKind } from './reporter.ts'
import { spec } from './spec.ts'
import { tap } from './tap.ts'
import { tap13 } from './tap13.ts'

/** Every kind of report, by the name that `--reporter` takes. A new one is one file and one line here. */
export const reporterKinds: Readonly<Record<string, ReporterKind>> = {
  live,
  spec,
  tap,
  tap13,
  junit,
  json,
  html,
  github,
  journal,
}
