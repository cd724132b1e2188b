import { withoutControlSequences } from '../../system/control-sequences.ts'
import type { Moment } from './moment.ts'

/** A line of a console, with what it tells of its time. */
interface ConsoleLine {
  readonly text: string
  /** In milliseconds since the epoch, where it says so. */
  readonly at?: number
  /** Seconds since the kernel started: by its own stamp, and by what cloud-init says beside the time. */
  readonly sinceBoot?: number
  readonly up?: number
}

/** The lines of a machine's console of which the time is known: those that say it, as cloud-init does, and those of the kernel of a boot in
 *  which one says both. Lines without a stamp tell nothing of when they were written.
 *  @see docs.cloud-init.io/en/latest/reference/base_config_reference.html: its stages write their time and uptime to the console */
export function momentsOfConsole(text: string): readonly Omit<Moment, 'host'>[] {
  const boots = splitBoots(text.split('\n').map(readLine))
  return boots.flatMap((lines) => {
    const told = lines.find(({ at, up }) => at !== undefined && up !== undefined)
    const startedAt = told?.at === undefined || told.up === undefined ? undefined : told.at - told.up * 1000
    return lines.flatMap(({ text: line, at, sinceBoot }): readonly Omit<Moment, 'host'>[] => {
      const found = at ?? (startedAt === undefined || sinceBoot === undefined ? undefined : Math.round(startedAt + sinceBoot * 1000))
      return found === undefined || line === '' ? [] : [{ at: found, kind: 'console', unit: 'console', text: line }]
    })
  })
}

function readLine(line: string): ConsoleLine {
  const plain = withoutControlSequences(line).replaceAll('\r', '').trim()
  const [, seconds, rest] = /^\[ *(\d+\.\d+)\] (.*)$/.exec(plain) ?? []
  const [, up] = /\bUp (\d+(?:\.\d+)?) seconds/.exec(plain) ?? []
  const at = stampIn(plain)
  return {
    text: rest ?? plain,
    ...(at === undefined ? {} : { at }),
    ...(seconds === undefined ? {} : { sinceBoot: Number(seconds) }),
    ...(up === undefined ? {} : { up: Number(up) }),
  }
}

/** The time that a line says: `Sat, 28 Nov 2026 07:42:26 +0000`, `2026-11-28T07:42:27Z`, or in UTC, as cloud-init logs, `2026-11-28 07:42:27,068`. */
function stampIn(line: string): number | undefined {
  const [, mail] = /\b[A-Z][a-z]{2}, (\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4})\b/.exec(line) ?? []
  const [, day, time, fraction = '0', zone] =
    /^(?:[\w.-]+\[\d+\]: )?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?\b/.exec(
      line.replace(/^\[ *\d+\.\d+\] /, ''),
    ) ?? []
  if (mail !== undefined) return Date.parse(mail)
  if (day === undefined || time === undefined) return undefined
  const offset = zone === undefined ? 'Z' : zone.replace(/^(...)(\d\d)$/, '$1:$2')
  const found = Date.parse(`${day}T${time}.${fraction.slice(0, 3)}${offset}`)
  return Number.isNaN(found) ? undefined : found
}

/** A kernel that counts from the beginning again is that of another boot. */
function splitBoots(lines: readonly ConsoleLine[]): readonly (readonly ConsoleLine[])[] {
  const boots: ConsoleLine[][] = [[]]
  let last = 0
  for (const line of lines) {
    if (line.sinceBoot !== undefined && line.sinceBoot < last - 1) boots.push([])
    last = line.sinceBoot ?? last
    boots.at(-1)?.push(line)
  }
  return boots
}
