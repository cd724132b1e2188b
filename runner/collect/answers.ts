import type { EvidenceFile } from '../../schemas/event.ts'
import type { Mask } from '../scope/mask.ts'

/** The most that is kept, in bytes: of all answers together, and of one. */
const [mostOfAll, mostOfOne] = [50 * 2 ** 20, 5 * 2 ** 20]
/** How much of the end of an answer reports show, in characters. */
const shown = 2000

/** Keeps an answer, which is masked. @returns the path of the file, for a person */
export type KeepAnswer = (scenario: string, host: string, name: string, text: string) => string

/** What was answered so far, and what was not. */
export interface Answers {
  readonly files: readonly EvidenceFile[]
  readonly missing: readonly string[]
  /** How many bytes the files have. */
  bytes(): number
  /** Keeps an answer, unless it is empty, or there is no room for it: then it is missing. */
  keep(host: string, name: string, said: string): void
  miss(what: string): void
}

/** No answers yet. They are kept within a budget. */
export function createAnswers(scenario: string, keep: KeepAnswer, mask: Mask): Answers {
  const files: EvidenceFile[] = []
  const missing: string[] = []
  let bytes = 0
  return {
    files,
    missing,
    bytes: () => bytes,
    keep: (host, name, said) => {
      // Masked before it is cut: half a secret would not be found.
      const text = mask.text(said)
      const size = Buffer.byteLength(text)
      if (text.trim() === '') return
      if (size > mostOfOne || bytes + size > mostOfAll) return void missing.push(`${host}: ${name}: there is no room for more`)
      bytes += size
      files.push({ host, name, path: keep(scenario, host, name, text), bytes: size, tail: text.slice(-shown) })
    },
    miss: (what) => void missing.push(what),
  }
}
