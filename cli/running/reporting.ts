import { appendFileSync } from 'node:fs'
import type { Event } from '../../schemas/event.ts'
import { watchOpenEnds } from '../../runner/open-ends.ts'
import { emptyReport, foldEvent } from '../../runner/report.ts'
import { plainPalette } from '../../runner/reporters/reporter.ts'
import type { Reporter, ReporterOptions } from '../../runner/reporters/reporter.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { ChosenReporter } from './choose-reporters.ts'
import { writeReport } from './write-report.ts'

/** The reporters of a run, driven together: what one of them gets wrong never changes the run, nor what the others write. */
export interface Reporting {
  readonly onEvent: (event: Event) => void
  /** Keeps the terminal still while somebody is asked something there. @returns lets the reports go on, with what they had to say meanwhile */
  readonly hold: () => () => void
  /** Writes every report whole, once: of a run that has not ended it tells that it broke off. @returns the events that were missing to its end */
  readonly finish: () => readonly Event[]
}

interface Open {
  readonly chosen: ChosenReporter
  readonly reporter: Reporter
  /** What it said so far, for a file that is written at the end. */
  text: string
}

/** Starts the reporters that were chosen. */
export function openReporting(
  choice: readonly ChosenReporter[],
  terminal: Terminal,
  options: Pick<ReporterOptions, 'source' | 'again' | 'past' | 'moments'>,
): Reporting {
  const open = choice.map((chosen): Open => {
    const palette = chosen.target.kind === 'output' ? terminal.colour : plainPalette
    return { chosen, reporter: chosen.kind.create({ ...options, palette }), text: '' }
  })
  const broken = new Set<Open>()
  const attempt = (each: Open, act: () => void) => {
    try {
      act()
    } catch (error) {
      if (!broken.has(each)) terminal.err(`the report ${each.chosen.name} is not whole: ${(error as Error).message}`)
      broken.add(each)
    }
  }
  let held: string[] | undefined
  const say = (each: Open, text: string | undefined) => {
    if (text === undefined || text === '') return
    if (each.chosen.target.kind !== 'output') each.text += text
    else if (held === undefined) terminal.raw(text)
    else held.push(text)
  }
  const ends = watchOpenEnds('the run broke off before this had ended')
  let report = emptyReport
  let finished = false
  const onEvent = (event: Event) => {
    ends.see(event)
    report = foldEvent(report, event)
    for (const each of open) attempt(each, () => say(each, each.reporter.onEvent?.(event)))
  }
  const ticking = terminal.interactive ? startTicking(open, say, () => held !== undefined) : undefined
  return {
    onEvent,
    hold() {
      held ??= []
      return () => {
        const texts = held ?? []
        held = undefined
        texts.forEach((text) => terminal.raw(text))
      }
    },
    finish() {
      if (finished) return []
      finished = true
      clearInterval(ticking)
      held?.splice(0).forEach((text) => terminal.raw(text))
      held = undefined
      const missing = ends.close(Date.now(), report)
      missing.forEach(onEvent)
      // Nothing was run, and nothing that was there is replaced by that.
      if (report.run === '') return []
      for (const each of open) {
        attempt(each, () => say(each, each.reporter.finish?.(report)))
        const { target } = each.chosen
        if (target.kind !== 'output') attempt(each, () => writeReport(target, each.text))
        const { besides } = each.chosen.kind
        const file = besides === undefined ? undefined : process.env[besides.variable]
        if (besides !== undefined && file !== undefined && file !== '') attempt(each, () => appendFileSync(file, besides.render(report)))
      }
      return missing
    },
  }
}

function startTicking(open: readonly Open[], say: (each: Open, text: string | undefined) => void, isHeld: () => boolean): NodeJS.Timeout {
  const timer = setInterval(() => {
    if (isHeld()) return
    for (const each of open) if (each.chosen.target.kind === 'output') say(each, each.reporter.onTick?.(Date.now()))
  }, 100)
  timer.unref()
  return timer
}
