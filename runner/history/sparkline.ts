const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** Numbers as a graph of one line, from the least to the most of them. */
export function sparkline(numbers: readonly number[]): string {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  const height = (number: number) => (most === least ? 0 : Math.round(((number - least) / (most - least)) * (bars.length - 1)))
  return numbers.map((number) => bars[height(number)] ?? '').join('')
}
