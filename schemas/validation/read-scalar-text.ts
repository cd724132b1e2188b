import type { Json } from '../json.ts'
import type { Problem } from '../problem.ts'
import { parseLocatedYaml } from '../yaml/located-yaml.ts'
import { ambiguousScalar } from './scalar-types.ts'

/** What no text could be but a plain scalar of YAML: a number, a truth, nothing, or one word. */
const oneWord = /^[\w.+~][\w.+~-]*$|^-[\w.]+$/

/**
 * The value of a text that stands outside of any file, as YAML reads a scalar: `3` is a number, `true` a boolean, `"3"` a text. What only a
 * whole file could mean (`a: b`, `[x`, `# y`) is the text itself.
 *
 * @returns  what is wrong where a scalar would not read back as it is written, as `1.20` does not
 */
export function readScalarText(text: string): { readonly value: Json } | Pick<Problem, 'message' | 'expected' | 'hint'> {
  const isQuoted = /^(["']).*\1$/s.test(text) && text.length > 1
  if (!isQuoted && (!oneWord.test(text) || text === '...')) return { value: text }
  const { root, problems } = parseLocatedYaml(text, '')
  const wrong = problems[0] ?? (root?.kind === 'scalar' ? ambiguousScalar(root) : undefined)
  if (wrong !== undefined && wrong.code !== 'number-too-large') {
    const { message, expected, hint } = wrong
    return { message, expected, hint }
  }
  return root?.kind === 'scalar'
    ? { value: root.value }
    : { message: `${text} is no scalar of YAML`, expected: 'a text, a number, true or false' }
}
