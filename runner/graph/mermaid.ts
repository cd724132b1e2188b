import { boxFacts, describeRole, machineFacts, networkFacts, pictureOf } from './boxes.ts'
import type { Box } from './boxes.ts'
import type { Graph } from '../../schemas/graph.ts'

/** A graph as a Mermaid flowchart, which GitHub and GitLab draw in Markdown.
 *  @see mermaid.js.org/syntax/flowchart.html */
export function renderMermaid(graph: Graph): string {
  const { outside, boxes, arrows } = pictureOf(graph)
  const names = new Map(outside.map((cidr, index) => [cidr, `outside${index + 1}`]))
  const nodeOf = (end: string) => names.get(end) ?? end
  const networks = graph.networks.map((network, index) => [
    `subgraph network${index + 1}[${title(networkFacts(network))}]`,
    ...indent(boxes.filter((box) => box.network === network).flatMap(boxLines)),
    'end',
  ])
  const free = boxes.filter(({ network }) => network === undefined).map(boxLines)
  const roles = graph.roles.map(({ id, name }, index) => `role${index + 1}([${quote([name, ...describeRole(graph, id)])}])`)
  const lines = [
    ...[...names].map(([cidr, id]) => `${id}(${quote([cidr])})`),
    `subgraph testbed[${title([`testbed ${graph.name}`, graph.place, graph.cidr])}]`,
    ...indent([...networks, ...free].flat()),
    'end',
    ...arrows.map(({ from, to, what }) => `${nodeOf(from)} -->|${quote([what.join(', ')])}| ${nodeOf(to)}`),
    ...(roles.length === 0 ? [] : [`subgraph roles[${quote(['IAM roles'])}]`, ...indent(roles), 'end']),
  ]
  return ['flowchart LR', ...indent(lines), ''].join('\n')
}

function boxLines(box: Box): readonly string[] {
  const { id, machines } = box
  const [name, ...about] = boxFacts(box)
  // A group that holds no machine is a node: Mermaid draws no empty subgraph with a title.
  if (machines.length === 0) return [`${id}[${quote([name, ...about])}]`]
  return [
    `subgraph ${id}[${title([name])}]`,
    ...indent([
      ...(about.length > 0 ? [`${id}about>${quote(about)}]`] : []),
      ...machines.map((machine, index) => `${id}machine${index + 1}[${quote([machine.name, ...machineFacts(machine)])}]`),
    ]),
    'end',
  ]
}

/** What stands over a subgraph, which has room for one line. */
function title(parts: readonly (string | undefined)[]): string {
  return quote([parts.filter(Boolean).join(', ')])
}

/** Lines of text in quotes. Whatever could mean something to Mermaid or to HTML goes in by its number. */
function quote(lines: readonly (string | undefined)[]): string {
  const escaped = lines.filter(Boolean).map((line = '') => line.replaceAll(/[^A-Za-z0-9 .,:()/_-]/gu, (each) => `#${each.codePointAt(0)};`))
  return `"${escaped.join('<br/>')}"`
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`)
}
