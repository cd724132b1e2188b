import { pictureOf } from './boxes.ts'
import type { Graph } from './graph.ts'
import { layOut } from './layout.ts'
import type { Frame } from './layout.ts'
import { lineHeight, padding } from './measure.ts'
import type { PlacedArrow } from './place-arrows.ts'

const style = `
svg { background: #fff; font: 12.5px system-ui, "Liberation Sans", "DejaVu Sans", Arial, sans-serif }
text { fill: #1f2328 } .quiet { fill: #59636e } .name { font-weight: 600 }
rect { fill: #fff; stroke: #818b98; stroke-width: 1.2 }
.testbed rect { fill: #f6f8fa } .network rect { fill: #eaf2fb; stroke: #5a8fd0 }
.group rect { stroke: #9a6700; stroke-dasharray: 5 3 } .role rect { fill: #f5effb; stroke: #8250df } .outside rect { fill: #f6f8fa }
.machine.down rect { fill: #ffebe9; stroke: #cf222e; stroke-width: 2 }
path.way { fill: none; stroke: #57606a; stroke-width: 1.5 } marker path { fill: #57606a }
.label { paint-order: stroke; stroke: #fff; stroke-width: 4px; stroke-linejoin: round }
@media (prefers-color-scheme: dark) {
svg { background: #0d1117 } text { fill: #f0f6fc } .quiet { fill: #a5b0bc }
rect { fill: #151b23; stroke: #656c76 } .testbed rect { fill: #11161d } .network rect { fill: #10233d; stroke: #4d83c4 }
.group rect { fill: #151b23; stroke: #d29922 } .role rect { fill: #231a33; stroke: #a371f7 } .outside rect { fill: #151b23 }
.machine.down rect { fill: #3a1619; stroke: #f85149 }
path.way { stroke: #b7bdc8 } marker path { fill: #b7bdc8 } .label { stroke: #11161d }
}
`

/** A graph as one SVG that needs nothing else, light or dark as the reader has it. */
export function renderSvg(graph: Graph): string {
  const { width, height, frames, arrows } = layOut(pictureOf(graph))
  const size = `width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}"`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-labelledby="title">`,
    `<title id="title">${escape(`testbed ${graph.name}, ${graph.place}: ${graph.machines.map(({ name }) => name).join(', ')}`)}</title>`,
    `<style>${style}</style>`,
    '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path d="M 0 0 L 10 5 L 0 10 z"/></marker></defs>',
    // Frames hold each other; what an arrow passes stays readable, and its label lies above all.
    ...frames.filter(({ kind }) => kind !== 'machine').map(frameElement),
    ...arrows.map(({ path }) => `<path class="way" d="${path}" marker-end="url(#head)"/>`),
    ...frames.filter(({ kind }) => kind === 'machine').map(frameElement),
    ...arrows.map(labelElement),
    '</svg>',
    '',
  ].join('\n')
}

function frameElement({ kind, lines, x, y, width, height, isDown = false }: Frame): string {
  const texts = lines.map((line, index) => {
    const at = `x="${round(x + padding)}" y="${round(y + padding + 9 + index * lineHeight)}"`
    return `<text class="${index === 0 ? 'name' : 'quiet'}" ${at}>${escape(line)}</text>`
  })
  const box = `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="6"/>`
  return `<g class="${kind}${isDown ? ' down' : ''}">${[box, ...texts].join('')}</g>`
}

function labelElement({ label: { text, x, y, anchor } }: PlacedArrow): string {
  return `<text class="label" x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escape(text)}</text>`
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10
}

/** Text for XML; what XML 1.0 cannot hold at all is replaced. */
function escape(text: string): string {
  return text
    .replaceAll(/(?![\t\n])\p{Cc}|\p{Surrogate}|[\ufffe\uffff]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
