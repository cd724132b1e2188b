import type { Place } from '../../../schemas/problem.ts'
import type { ReporterOptions } from '../reporter.ts'
import type { Excerpt, PagePlace } from './page-data.ts'

/** The places of a page: each file has a number, and what something is told of has its lines. */
export interface Places {
  readonly files: string[]
  readonly excerpts: Record<string, Excerpt>
  readonly file: (file: string) => number
  readonly of: (place: Place) => PagePlace
  /** The same for a place that something is told of: the lines around it are shown. */
  readonly told: (place: Place) => PagePlace
}

/** No places yet. @param source  the text of a file, where it is known */
export function createPlaces(source: ReporterOptions['source']): Places {
  const numbers = new Map<string, number>()
  const files: string[] = []
  const excerpts: Record<string, Excerpt> = {}
  const texts = new Map<string, readonly string[]>()
  const linesOf = (file: string) => {
    const known = texts.get(file) ?? source(file)?.split('\n') ?? []
    texts.set(file, known)
    return known
  }
  const number = (file: string): number => {
    const known = numbers.get(file) ?? files.push(file) - 1
    numbers.set(file, known)
    return known
  }
  const of = ({ file, line, column, length }: Place): PagePlace => [number(file), line, column, length]
  return {
    files,
    excerpts,
    file: number,
    of,
    told(place) {
      const first = Math.max(1, place.line - 2)
      const lines = withoutEnd(linesOf(place.file).slice(first - 1, place.line + 1))
      if (lines.length > 0) excerpts[`${number(place.file)}:${place.line}`] = { first, lines: lines.map((line) => line.slice(0, 300)) }
      return of(place)
    },
  }
}

/** Lines up to the last that has something in it. */
function withoutEnd(lines: readonly string[]): readonly string[] {
  return lines.slice(0, 1 + lines.findLastIndex((line) => line.trim() !== ''))
}
