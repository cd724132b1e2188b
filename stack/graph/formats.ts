import type { Graph } from './graph.ts'
import { renderMermaid } from './mermaid.ts'
import { renderSvg } from './svg.ts'

/** The forms that a graph is written in. A new one is a line here. */
export const graphFormats: Readonly<Record<string, (graph: Graph) => string>> = {
  svg: renderSvg,
  mermaid: renderMermaid,
  json: (graph) => `${JSON.stringify(graph, null, 2)}\n`,
}
