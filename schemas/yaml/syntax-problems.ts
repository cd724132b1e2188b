import type { Place, Problem } from '../problem.ts'

/** What a YAML parser says of a text; `pos` are offsets, from and to. */
export interface SyntaxFlaw {
  readonly code: string
  readonly pos: readonly [number, number]
  readonly message: string
}

type PlaceAt = (from: number, to: number) => Place

/** What to do about a flaw, by its code. */
const cures: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces',
  BAD_SCALAR_START: 'put the value in quotes',
  BAD_ALIAS: 'a text that begins with * or & has to be in quotes',
  BAD_DQ_ESCAPE: 'write a backslash as two, or use single quotes',
  BLOCK_AS_IMPLICIT_KEY: 'put a value with ": " in it in quotes; check that the next line is not indented deeper than this key',
  BLOCK_IN_FLOW: 'between braces or brackets, commas separate the values',
  MULTILINE_IMPLICIT_KEY: 'a key ends with a colon and a blank, as in name: value',
  BAD_INDENT: 'check the indentation and the brackets of this line and the one above',
  UNEXPECTED_TOKEN: 'check the indentation and the brackets of this line and the one above',
}

/**
 * The flaws of a YAML text as problems, each with what to do.
 *
 * @param flaws   as the parser found them, in the order of the text
 * @param placeAt  the place of a span of the text
 */
export function syntaxProblems(flaws: readonly SyntaxFlaw[], text: string, placeAt: PlaceAt): readonly Problem[] {
  const problems: Problem[] = []
  const lines = new Set<number>()
  for (const flaw of flaws) {
    const place = placeAt(...flaw.pos)
    // One mistake makes several flaws: the first of a line is the one to cure, and what then stands outside of everything only follows from it.
    if (lines.has(place.line) || (problems.length > 0 && flaw.message.includes('in YAML stream'))) continue
    lines.add(place.line)
    problems.push({ severity: 'error', place, ...describeFlaw(flaw, text, placeAt) })
  }
  return problems
}

function describeFlaw(
  { code, pos, message }: SyntaxFlaw,
  text: string,
  placeAt: PlaceAt,
): Omit<Problem, 'severity' | 'place'> & { readonly place?: Place } {
  const [from] = pos
  const lineStart = text.lastIndexOf('\n', from - 1) + 1
  const line = text.slice(lineStart).split('\n', 1)[0] ?? ''
  const expression = bareExpression(line, from - lineStart)
  if (expression !== undefined) {
    const end = line.indexOf('}}', expression)
    return {
      code: 'quote-expression',
      place: placeAt(lineStart + expression, lineStart + (end === -1 ? expression + 3 : end + 2)),
      message: 'YAML takes the braces of ${{ }} for its own here',
      expected: 'the expression in quotes',
      hint: 'quote it: "${{ … }}"',
    }
  }
  if (code === 'MULTIPLE_DOCS') {
    return {
      code: 'several-documents',
      place: placeAt(from, from + (/^\S+/.exec(line.slice(from - lineStart))?.[0].length ?? 1)),
      message: 'the file holds a second document',
      expected: 'one document',
      hint: 'remove the line --- or ... and what follows',
    }
  }
  if (message.startsWith('Missing closing')) {
    // Any later quote would have closed it, so that the last one is where it begins.
    const quote = text.lastIndexOf(message.includes('"') ? '"' : "'", from)
    return {
      code: 'yaml-syntax',
      place: placeAt(quote, text.length),
      message: `the ${text[quote]} is never closed`,
      hint: 'close it on this line',
    }
  }
  const hint = endsTooEarly(message, text[from - 1]) ?? cures[code] ?? 'check the indentation, the quotes and the brackets'
  return { code: 'yaml-syntax', message: `this is not YAML: ${message}`, hint }
}

/** Where the last expression of a line begins that YAML reads and that stands before a flaw, or at it; one in quotes is text to YAML. */
function bareExpression(line: string, flaw: number): number | undefined {
  let quote: string | undefined
  let found: number | undefined
  for (let at = 0; at <= flaw && at < line.length; at += 1) {
    const character = line[at] ?? ''
    if (quote === '"' && character === '\\') at += 1
    else if (character === quote) quote = undefined
    else if (quote !== undefined) continue
    else if (`"'`.includes(character) && /[\s,:[{]/.test(line[at - 1] ?? ' ')) quote = character
    else if (line.startsWith('${{', at)) found = at
  }
  return found
}

// `agents[0]` between braces, and `{account}-logs`: a bracket or a quote ends a value before its writer does.
function endsTooEarly(message: string, before: string | undefined): string | undefined {
  const inFlow = 'between braces or brackets, a value with [ ] { } in it has to be in quotes: "agents[0]"'
  // `[length(hosts[?up]) > 1]`: the bracket of the value begins a list of its own, and what follows it is one value too many.
  if (message.startsWith('Missing , ')) return inFlow
  if (!message.endsWith('at node end')) return undefined
  if (message.includes('flow-')) return inFlow
  return before !== undefined && `}]"'`.includes(before)
    ? 'a value that begins with a brace, a bracket or a quote and goes on behind it has to be in quotes as a whole'
    : undefined
}
