import t from 'tap'
import { validateXML } from 'xmllint-wasm'
import { pictureOf } from '../../../runner/graph/boxes.ts'
import type { Graph } from '../../../schemas/graph.ts'
import { layOut } from '../../../runner/graph/layout.ts'
import type { Frame } from '../../../runner/graph/layout.ts'
import { widthOf } from '../../../runner/graph/measure.ts'
import { renderSvg } from '../../../runner/graph/svg.ts'
import { startBrowser } from '../reporters/html/browser.ts'
import { crowdedGraph, hostileGraph, hostileText, seedGraph } from '../../stack/graph/sample.ts'

type Rectangle = Pick<Frame, 'x' | 'y' | 'width' | 'height'>

const graphs: Readonly<Record<string, Graph>> = { seed: seedGraph, crowded: crowdedGraph, hostile: hostileGraph }

function meet(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

function holds(a: Rectangle, b: Rectangle): boolean {
  return a.x <= b.x && a.y <= b.y && a.x + a.width >= b.x + b.width && a.y + a.height >= b.y + b.height
}

for (const [name, graph] of Object.entries(graphs)) {
  t.test(`${name}: nothing lies over another, and all is inside of the picture`, async (t) => {
    const { frames, arrows, width, height } = layOut(pictureOf(graph))
    t.equal(arrows.length, pictureOf(graph).arrows.length, 'every arrow has its ends')
    const labels = arrows.map(({ label: { text, x, y, anchor } }) => {
      const wide = widthOf(text)
      return { x: anchor === 'end' ? x - wide : x, y: y - 10, width: wide, height: 13 }
    })
    const cards = frames.filter(({ kind }) => kind === 'machine' || kind === 'outside' || kind === 'role')
    t.same(
      cards.filter((card) => cards.some((other) => other !== card && meet(card, other))),
      [],
    )
    t.same(
      frames.filter((frame) =>
        frames.some((other) => other !== frame && meet(frame, other) && !holds(frame, other) && !holds(other, frame)),
      ),
      [],
    )
    t.same(
      labels.filter((label) => labels.some((other) => other !== label && meet(label, other))),
      [],
      'labels',
    )
    t.same(
      labels.filter((label) => cards.some((card) => meet(label, card))),
      [],
      'labels over cards',
    )
    t.same(
      [...frames, ...labels].filter((each) => !holds({ x: 0, y: 0, width, height }, each)),
      [],
    )
  })
}

t.test('it is XML, and a text is nothing but a text', async (t) => {
  for (const graph of Object.values(graphs)) {
    const svg = renderSvg(graph)
    const { valid, errors } = await validateXML({ xml: [{ fileName: 'graph.svg', contents: svg }], schema: [anything] })
    t.ok(valid, JSON.stringify(errors))
    t.notMatch(svg, '<script')
    t.equal(svg.match(/<style>/g)?.length, 1)
  }
})

/** A schema that asks for nothing but a root element, so that xmllint looks at the form alone. */
const anything = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.w3.org/2000/svg"><xs:element name="svg"/></xs:schema>`

/* What the browser is asked, in its own language. */
const outsideOfFrames = `[...document.querySelectorAll('g')].flatMap((group) => {
  const frame = group.querySelector('rect').getBoundingClientRect()
  const isOutside = (box) => box.left < frame.left || box.right > frame.right || box.bottom > frame.bottom
  return [...group.querySelectorAll('text')].filter((text) => isOutside(text.getBoundingClientRect())).map((text) => text.textContent)
})`
const coloursShown = `[getComputedStyle(document.querySelector('svg')).backgroundColor, getComputedStyle(document.querySelector('text')).fill]`

t.test('a browser shows every text inside of its frame, and the picture light or dark', async (t) => {
  const browser = await startBrowser(t)
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ colorScheme })
    for (const [name, graph] of Object.entries(graphs)) {
      await page.setContent(`<body style="margin: 0">${renderSvg(graph)}`)
      const outside = await page.evaluate<readonly string[]>(outsideOfFrames)
      t.same(outside, [], `${name}, ${colorScheme}`)
    }
    const colours = await page.evaluate<readonly string[]>(coloursShown)
    t.same(colours, colorScheme === 'light' ? ['rgb(255, 255, 255)', 'rgb(31, 35, 40)'] : ['rgb(13, 17, 23)', 'rgb(240, 246, 252)'])
    t.equal(await page.evaluate<number>('document.scripts.length'), 0, hostileText)
  }
})
