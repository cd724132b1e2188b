import type { Event } from '../../schemas/event.ts'
import { renderDuration } from '../time/render-duration.ts'
import { wholeName } from '../report.ts'
import { oneLine } from './visible-text.ts'
import type { Reporter, ReporterKind } from './reporter.ts'
import { createLines } from './spec.ts'

/** Carriage return, then erase the line (ECMA-48 EL 2). */
const eraseLine = '\r\u001b[2K'
/** Auto-wrap off and on (DECAWM): the terminal itself cuts the line at its edge, whatever its width is now and however wide the characters. */
const [clip, wrap] = ['\u001b[?7l', '\u001b[?7h']
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

interface Current {
  readonly since: number
  readonly done: number
  readonly total: number
  readonly name: string
  readonly host?: string
  readonly attempt?: number
  readonly last?: string
}

/** What `spec` writes, and under it a line that moves: the step at work, its attempts, what it waits for. */
export const live: ReporterKind = {
  summary: 'like spec, with a moving last line: for a terminal',
  create(options): Reporter {
    const running = new Map<string, Current>()
    const lines = createLines(options)
    let frame = 0
    let now = 0
    const status = (): string => {
      const [first, ...others] = [...running.values()].map((current) => renderCurrent(current, now))
      if (first === undefined) return ''
      // The moving part is one line, however many steps run: several lines could not be erased for certain.
      const more = others.length > 0 ? ` (+${others.length} more)` : ''
      return `${clip}${options.palette.dim(`${frames[frame % frames.length]} ${first}${more}`)}${wrap}`
    }
    return {
      onEvent(event) {
        now = event.at
        follow(running, event)
        return `${eraseLine}${lines(event) ?? ''}${status()}`
      },
      onTick(time) {
        now = time
        frame += 1
        const line = status()
        return line === '' ? undefined : `${eraseLine}${line}`
      },
    }
  },
}

function follow(running: Map<string, Current>, event: Event): void {
  if (event.type === 'scenario-started') running.set(event.scenario, { since: event.at, done: 0, total: event.steps, name: event.scenario })
  if (event.type === 'scenario-ended') running.delete(event.scenario)
  if (event.type !== 'step-started' && event.type !== 'step-ended' && event.type !== 'poll') return
  const current = running.get(event.scenario)
  if (current === undefined) return
  if (event.type === 'step-started') {
    const { done, total } = current
    running.set(event.scenario, {
      since: event.at,
      done,
      total,
      name: wholeName(event),
      ...(event.host === undefined ? {} : { host: event.host }),
    })
  } else if (event.type === 'poll') running.set(event.scenario, { ...current, attempt: event.attempt, last: event.last })
  else if (event.step.path.length === 1) running.set(event.scenario, { ...current, done: current.done + 1 })
}

function renderCurrent({ since, done, total, name, host, attempt, last }: Current, now: number): string {
  const where = host === undefined ? '' : ` from ${host}`
  const polls = attempt === undefined ? '' : `, attempt ${attempt}: ${last ?? ''}`
  return oneLine(`[${done}/${total}] ${name}${where} ${renderDuration(Math.max(0, now - since))}${polls}`)
}
