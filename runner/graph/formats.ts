import type { Graph } from '../../schemas/graph.ts'

/** Writes a graph in one form. */
export type RenderGraph = (graph: Graph) => string

/** The forms that a graph is written in, each with what loads its renderer. A new one is a line here. */
export const graphFormats: Readonly<Record<string, () => Promise<RenderGraph>>> = {
  svg: async () => (await import('./svg.ts')).renderSvg,
  mermaid: async () => (await import('./mermaid.ts')).renderMermaid,
  json: async () => (graph) => `${JSON.stringify(graph, null, 2)}\n`,
}
