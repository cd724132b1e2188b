/** Whether a scenario with these tags is meant. */
export type TagTest = (tags: readonly string[]) => boolean

/** Why a text is no expression over tags, and where. */
export interface TagFault {
  readonly index: number
  readonly message: string
}

const words = ['and', 'or', 'not']

/**
 * Reads an expression over tags: `smoke`, `smoke and not slow`, `(iam or network) and not slow`. `not` binds closest, then `and`, then `or`.
 *
 * @returns the test, or what is wrong
 */
export function parseTagExpression(text: string): TagTest | TagFault {
  const tokens = [...text.matchAll(/[()]|[^\s()]+/g)].map(({ 0: token, index }) => ({ token, index }))
  const next = (): string => tokens[0]?.token ?? ''
  const take = (): string => tokens.shift()?.token ?? ''
  const fault = (message: string): TagFault => ({ index: tokens[0]?.index ?? text.length, message })

  function either(): TagTest | TagFault {
    return joined('or', both, (left, right) => (tags) => left(tags) || right(tags))
  }
  function both(): TagTest | TagFault {
    return joined('and', one, (left, right) => (tags) => left(tags) && right(tags))
  }
  function joined(word: string, operand: () => TagTest | TagFault, join: (left: TagTest, right: TagTest) => TagTest): TagTest | TagFault {
    let left = operand()
    while (typeof left === 'function' && next() === word) {
      take()
      const right = operand()
      left = typeof right === 'function' ? join(left, right) : right
    }
    return left
  }
  function one(): TagTest | TagFault {
    if (next() === 'not') {
      take()
      const inner = one()
      return typeof inner === 'function' ? (tags) => !inner(tags) : inner
    }
    if (next() === '(') {
      take()
      const inner = either()
      if (typeof inner !== 'function') return inner
      if (next() !== ')') return fault('a ( is never closed')
      take()
      return inner
    }
    if (next() === '') return fault('a tag is missing')
    if (next() === ')' || words.includes(next())) return fault(`a tag is missing before ${next()}`)
    const wanted = take()
    return (tags) => tags.includes(wanted)
  }

  const whole = either()
  return typeof whole === 'function' && tokens.length > 0 ? fault(`and or or is missing before ${next()}`) : whole
}
