import { splitWords } from '../../system/split-words.ts'
import type { Scenario } from '../scenario.ts'
import { childOf, textOf } from '../yaml/located-node.ts'
import type { LocatedNode } from '../yaml/located-node.ts'

/** What a scenario asks machines when it has failed. A command that cannot be split is one word. */
export function compileCollect(node: LocatedNode | undefined): Pick<Scenario, 'collect'> {
  if (node === undefined) return {}
  return { collect: { commands: textsOf(node, 'commands').map(wordsOf), files: textsOf(node, 'files'), units: textsOf(node, 'units') } }
}

function textsOf(node: LocatedNode, key: string): readonly string[] {
  const list = childOf(node, key)
  return list?.kind === 'list' ? list.items.flatMap((item) => textOf(item) ?? []) : []
}

function wordsOf(text: string): readonly string[] {
  const words = splitWords(text)
  return 'message' in words ? [text] : words.map((word) => word.text)
}
