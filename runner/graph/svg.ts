import { describeGraph, pictureOf } from './boxes.ts'
import type { Graph } from '../../schemas/graph.ts'
import { layOut } from './layout.ts'
import { round, shapesOf } from './shapes.ts'
import type { Shape } from './shapes.ts'

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
  const layout = layOut(pictureOf(graph))
  const [width, height] = [round(layout.width), round(layout.height)]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escape(describeGraph(graph))}</title>`,
    `<style>${style}</style>`,
    ...shapesOf(layout).map(renderShape),
    '</svg>',
    '',
  ].join('\n')
}

function renderShape({ name, attributes, inside }: Shape): string {
  const start = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${escape(String(value))}"`)].join(' ')
  if (inside.length === 0) return `<${start}/>`
  return `<${start}>${typeof inside === 'string' ? escape(inside) : inside.map(renderShape).join('')}</${name}>`
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
