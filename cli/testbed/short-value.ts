import type { ShownValue } from '../../stack/terraform/compare-values.ts'
import { showOnOneLine } from '../../system/display.ts'

/** The most characters of a value that are shown. */
const most = 72

/** How much is shown of what long values have in common before they differ. */
const lead = 16

/** A value before and after, as text on one line each. Long ones are cut in the middle, and where they would look the same, before the place
 *  where they differ. */
export function shortValues(before: ShownValue, after: ShownValue): readonly [string, string] {
  const [old, young] = [textOf(before), textOf(after)]
  const cut = [cutMiddle(old), cutMiddle(young)] as const
  if (cut[0] !== cut[1] || old === young) return cut
  let same = 0
  while (same < old.length && old[same] === young[same]) same += 1
  const from = Math.max(0, same - lead)
  return [cutMiddle(`…${old.slice(from)}`), cutMiddle(`…${young.slice(from)}`)]
}

function textOf(shown: ShownValue): string {
  if (shown === 'absent') return 'nothing'
  if (shown === 'hidden') return '(hidden)'
  if (shown === 'unknown') return '(known after apply)'
  return showOnOneLine(JSON.stringify(shown.value))
}

function cutMiddle(text: string): string {
  if (text.length <= most) return text
  const half = (most - 1) / 2
  return `${text.slice(0, Math.ceil(half))}…${text.slice(-Math.floor(half))}`
}
