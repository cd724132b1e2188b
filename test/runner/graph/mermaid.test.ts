import { createRequire } from 'node:module'
import t from 'tap'
import { renderMermaid } from '../../../runner/graph/mermaid.ts'
import { startBrowser } from '../reporters/html/browser.ts'
import { crowdedGraph, hostileGraph, seedGraph } from '../../stack/graph/sample.ts'

const library = createRequire(import.meta.url).resolve('@mermaid-js/tiny')

/** What a browser shows of a chart. */
interface Shown {
  readonly nodes: readonly string[]
  readonly clusters: readonly string[]
  readonly arrows: readonly string[]
  readonly scripts: number
}

/** What draws a chart in the browser and reads what is shown, in its own language. */
function drawing(text: string): string {
  return `(async () => {
    mermaid.initialize({ startOnLoad: false })
    document.body.innerHTML = (await mermaid.render('graph', ${JSON.stringify(text)})).svg
    const shown = (selector) => [...document.querySelectorAll(selector)].map(({ textContent }) => textContent)
    const arrows = shown('.edgeLabels .edgeLabel .edgeLabel')
    return { nodes: shown('.node'), clusters: shown('.cluster'), arrows, scripts: document.scripts.length }
  })()`
}

t.test('Mermaid itself takes it and draws every machine, arrow and role', async (t) => {
  const page = await (await startBrowser(t)).newPage()
  await page.setContent('<body>')
  await page.addScriptTag({ path: library })
  const draw = async (text: string) => page.evaluate<Shown>(drawing(text))
  for (const graph of [seedGraph, crowdedGraph]) {
    const { nodes, clusters, arrows } = await draw(renderMermaid(graph))
    for (const { name, facts } of graph.machines)
      t.ok(
        nodes.some((node) => node.includes(`${name}${facts[0]}`)),
        name,
      )
    for (const { name } of graph.roles)
      t.ok(
        nodes.some((node) => node.includes(name)),
        name,
      )
    for (const { name } of graph.networks)
      t.ok(
        clusters.some((cluster) => cluster.includes(name)),
        name,
      )
    t.ok(arrows.includes('tcp 22') && arrows.includes('icmp'), arrows.join())
  }
  const before = await page.evaluate<number>('document.scripts.length')
  const { nodes, scripts } = await draw(renderMermaid(hostileGraph))
  t.equal(nodes.filter((node) => node.includes('"]; end <script>alert(1)</script> &amp; #quot; -->')).length > 5, true, nodes.join())
  t.ok(scripts <= before, 'a text is nothing but a text')
})

t.test('a text stands in quotes, with all but plain characters by their numbers', async (t) => {
  for (const graph of [seedGraph, hostileGraph]) {
    for (const line of renderMermaid(graph).trimEnd().split('\n')) {
      t.match(
        line,
        /^(flowchart LR|\s+(end|[\w ]*(\[|\(|>|\(\[)"[A-Za-z0-9 .,:()/_#;<>-]*"(\]|\)|\]\))|\w+ -->\|"[A-Za-z0-9 .,:()/_#;-]*"\| \w+))$/,
      )
      t.notMatch(
        line
          .replaceAll('<br/>', '')
          .replace(/ -->\|/, '')
          .replace(/about>"/, ''),
        /[<>]/,
      )
    }
  }
})
