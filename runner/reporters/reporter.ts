import type { Palette } from '../../schemas/render-problem.ts'
import type { Event } from '../../schemas/event.ts'
import type { PastOfScenario } from '../history/past.ts'
import type { RunReport } from '../report.ts'
import type { Moment } from '../timeline/moment.ts'

/** Turns what happens in a run into text. It opens no file, prints nothing and reads no clock: whoever drives it does. */
export interface Reporter {
  /** @returns what to write to the terminal or pipe now, line ends included */
  onEvent?(event: Event): string | undefined
  /** Called about ten times a second on a terminal, with the time, so that something moves while nothing happens. */
  onTick?(now: number): string | undefined
  /** Called once at the end, also of a run that was interrupted. @returns what is still to be written */
  finish?(report: RunReport): string
}

/** What a reporter is made with. */
export interface ReporterOptions {
  /** The text of a scenario file, for excerpts; undefined when it cannot be had. */
  readonly source: (file: string) => string | undefined
  readonly palette: Palette
  /** The line to type for running these files again. */
  readonly again: (files: readonly string[]) => string
  /** What past runs on the testbed came to, where that is known. */
  /** Everything with a stamp, of the machines too, where that is known; asked for at the end. */
  readonly moments?: () => readonly Moment[]
  readonly past?: (scenario: string, file: string) => PastOfScenario | undefined
}

/** A kind of report. */
export interface ReporterKind {
  readonly summary: string
  /** A second text, which is added to the file that a variable of the environment names, where it names one. */
  readonly besides?: { readonly variable: string; readonly render: (report: RunReport) => string }
  create(options: ReporterOptions): Reporter
}

/** No colours. */
export const plainPalette: Palette = { red: same, yellow: same, cyan: same, bold: same, dim: same }

function same(text: string): string {
  return text
}
