import { join } from 'node:path'
import { html } from '../../runner/reporters/html.ts'
import type { ChosenReporter } from './choose-reporters.ts'

/** The page that every run leaves beside its journal. @param folder  that of the run */
export function pageReport(folder: string): ChosenReporter {
  return { name: 'html', kind: html, target: { kind: 'file', path: pageIn(folder) } }
}

/** Where the page of a run stands. */
export function pageIn(folder: string): string {
  return join(folder, 'report.html')
}
