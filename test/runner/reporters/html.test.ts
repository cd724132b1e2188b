import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import type { Browser, Page } from 'playwright-core'
import { countSteps, emptyReport, foldEvent } from '../../../runner/report.ts'
import { renderSvg } from '../../../runner/graph/svg.ts'
import { html } from '../../../runner/reporters/html.ts'
import type { PageData } from '../../../runner/reporters/html/page-data.ts'
import { plainPalette } from '../../../runner/reporters/reporter.ts'
import type { Moment } from '../../../runner/timeline/moment.ts'
import type { Event } from '../../../schemas/event.ts'
import { startBrowser } from './html/browser.ts'
import { crowdedGraph } from '../../stack/graph/sample.ts'
import { bigRun, sampleRun } from './html/sample-run.ts'
import { nastyRun } from './nasty-run.ts'

const source =
  'scenario: nginx answers\nsteps:\n  - name: the page\n    host: bastion\n    http: { get: "http://30.0.100.9/" }\n    expect: { status: 200 }\n'

function write(events: readonly Event[], moments: readonly Moment[] = []): string {
  const again = (files: readonly string[]) => `titus-bed run ${files.join(' ')}`
  const reporter = html.create({ source: () => source, palette: plainPalette, again, moments: () => moments })
  for (const event of events) reporter.onEvent?.(event)
  return reporter.finish?.(events.reduce(foldEvent, emptyReport)) ?? ''
}

/** The sample on a testbed of which the networks are known, too. */
const raisedRun = sampleRun.map((event): Event => (event.type === 'run-started' ? { ...event, graph: crowdedGraph } : event))

/** The data that stand in a page. */
function dataOf(page: string): PageData {
  return JSON.parse(/<script type="application\/json" id="data">(.*)<\/script>/.exec(page)?.[1] ?? '') as PageData
}

t.test('whatever a run says, it stands in the page as data alone', async (t) => {
  for (let seed = 0; seed < 15; seed += 1) {
    const events = nastyRun(seed)
    const page = write(events)
    t.equal(page.match(/<\/script/gi)?.length, 2, 'nothing ends the data or the program early')
    // oxlint-disable-next-line no-control-regex
    t.notMatch(page, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202e]/, 'nothing in it acts on whoever reads it')
    const report = events.reduce(foldEvent, emptyReport)
    const { counts, steps, scenarios, assertions } = dataOf(page)
    t.same({ counts, steps, assertions }, { counts: report.counts, steps: countSteps(report), assertions: report.assertions })
    t.same(
      scenarios.map((scenario) => scenario.steps.length),
      report.scenarios.map((scenario) => scenario.steps.length),
    )
    t.equal(new Set(scenarios.map(({ id }) => id)).size, scenarios.length, 'each scenario has an address of its own')
  }
})

t.test('the page names its own program and style, and lets nothing else act', async (t) => {
  const page = write(sampleRun)
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? []
  t.match(policy, /^default-src 'none';/)
  const digest = (text = '') => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  t.ok(policy.includes(`script-src ${digest(/<script>([^]*?)<\/script>/.exec(page)?.[1])};`))
  t.ok(policy.includes(`style-src ${digest(/<style>([^]*?)<\/style>/.exec(page)?.[1])};`))
})

t.test('what came back of what did not hold has its place first, and the page says what it leaves out', async (t) => {
  const long = (event: Event): Event =>
    event.type === 'step-ended'
      ? { ...event, step: { ...event.step, result: { command: 'x'.repeat(1500), stdout: 'y'.repeat(9000) } } }
      : event
  const page = write(bigRun(100, 40).map(long))
  t.ok(page.length < 10 * 1024 ** 2, `${page.length} characters`)
  const { scenarios, leftOut } = dataOf(page)
  const steps = scenarios.flatMap((scenario) => scenario.steps)
  t.equal(steps.filter(({ result }) => result === undefined).length, leftOut)
  t.ok(leftOut > 1000)
  t.ok(steps.filter(({ standing }) => standing === 'failed').every(({ result }) => result?.some(({ text }) => text.length === 9000)))
})

interface Violations {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[]
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

t.test('in a browser', async (t) => {
  const browser = await startBrowser(t)
  const folder = t.testdir({})

  /** Opens a page; what goes wrong in it, or asks a network, is told. */
  const open = async (name: string, text: string, options: Parameters<Browser['newPage']>[0] = {}, hash = '') => {
    writeFileSync(join(folder, name), text)
    const page = await browser.newPage(options)
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => complaints.push(message.text()))
    page.on('request', (request) => void (request.url().startsWith('file:') || complaints.push(request.url())))
    await page.goto(`${pathToFileURL(join(folder, name)).href}${hash}`)
    await page.locator('main').waitFor()
    return { page, complaints }
  }
  /** What axe finds that not everybody can use, each with the elements. */
  const complaintsOf = async (page: Page) => {
    await page.evaluate(axe)
    const { violations } = (await page.evaluate('axe.run()')) as Violations
    return violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map((node) => node.html)])
  }
  const seen = (page: Page, selector: string) => page.locator(selector).filter({ visible: true })

  await t.test('it says what failed first, and runs nothing of what a machine said', async (t) => {
    const { page, complaints } = await open('sample.html', write(sampleRun))
    t.match(await page.locator('h1').textContent(), '3 of 4 scenarios did not pass')
    const first = (await page.locator('#first').textContent()) ?? ''
    for (const part of [
      'the bastion gets the page',
      'expected 200, got 404',
      '+<h1>Not found</h1>',
      '3–61',
      'titus-bed run scenarios/nginx.yaml',
    ])
      t.ok(first.includes(part), part)
    t.match(await page.locator('#first .excerpt .here').first().textContent(), 'expect: { status: 200 }')
    t.equal(await page.evaluate('window.stolen'), undefined)
    t.equal(await page.locator('#testbed').count(), 0, 'no picture where the networks are not known')
    t.equal(await page.locator('.fault').count(), 1)
    t.same(complaints, [])
    await page.close()
  })

  await t.test('the testbed is drawn as the command graph draws it, with the machines of the failing step', async (t) => {
    const { page, complaints } = await open('raised.html', write(raisedRun), { viewport: { width: 1200, height: 4000 } })
    const texts = (svg: string) => `[...document.querySelectorAll('${svg} text')].map(({ textContent }) => textContent)`
    const places = (svg: string) =>
      `[...document.querySelectorAll('${svg} :is(rect, path)')].map((each) => each.outerHTML.replace(/ xmlns="[^"]*"/, ''))`
    const [words, shapes] = [await page.evaluate(texts('#testbed svg')), await page.evaluate(places('#testbed svg'))]
    t.same(await page.locator('.machine.marked .name').allTextContents(), ['bastion'])
    t.match(await page.locator('#testbed svg').getAttribute('aria-label'), /bastion, .*; what failed first was on bastion$/)
    t.match(await page.locator('#testbed > p').textContent(), 'Marked: where the step acted that failed first (bastion).')
    const widths = (svg: string) => `[...document.querySelectorAll('${svg} g')].flatMap((group) => {
      const frame = group.querySelector('rect').getBoundingClientRect()
      return [...group.querySelectorAll('text')].filter((text) => text.getBoundingClientRect().right > frame.right).map((text) => text.textContent)
    })`
    t.same(await page.evaluate(widths('#testbed svg')), [], 'every text inside of its frame')
    t.same(complaints, [])
    await page.setContent(renderSvg(crowdedGraph))
    t.same([words, shapes], [await page.evaluate(texts('svg')), await page.evaluate(places('svg'))])
    await page.close()
  })

  await t.test('tables, strips and attempts are there', async (t) => {
    const { page } = await open('sample.html', write(sampleRun), { viewport: { width: 1200, height: 4000 } })
    await page.keyboard.press('o')
    t.match(await page.locator('#scenarios .gaps [data-verdict="wrong"]').first().textContent(), /1204 ms/)
    const cells = await page
      .locator('.grid td[data-verdict]')
      .evaluateAll((all) => all.map((cell) => `${cell.getAttribute('data-verdict')} ${cell.textContent}`))
    t.same(cells.slice(0, 4), ['held open', 'wrong openexpected closed', 'held open', 'untested filtered'])
    t.same(cells.slice(4), ['held allowed', 'held allowed', 'untested ExpiredToken', 'held allowed'])
    t.equal(await page.locator('.strip .gap').count(), 3)
    await page.close()
  })

  await t.test('what machines told meanwhile stands beside the time that is shown', async (t) => {
    const began = sampleRun[0]?.at ?? 0
    const told = (ms: number, text: string): Moment => ({ at: began + ms, kind: 'journal', host: 'gateway', text })
    const { page, complaints } = await open(
      'moments.html',
      write(sampleRun, [told(100, 'early'), told(40_000, '<img src=x onerror=alert(1)>')]),
    )
    await page.locator('#timeline details > summary').click()
    t.same(await page.locator('.moments tbody td:last-child').allTextContents(), ['early', '<img src=x onerror=alert(1)>'])
    await page.locator('.timeline').focus()
    await page.keyboard.press('+')
    t.same(await page.locator('.moments tbody td:last-child').allTextContents(), ['<img src=x onerror=alert(1)>'], 'it zooms, too')
    t.equal(await page.locator('line.moment').count(), 1)
    t.same(await complaintsOf(page), [])
    t.same(complaints, [])
    await page.close()
  })

  await t.test('a link leads to its step, wherever that is folded', async (t) => {
    const { page } = await open('sample.html', write(sampleRun), {}, '#nginx-answers-on-its-own-vpc-address.0.0')
    await page.locator('[id="nginx-answers-on-its-own-vpc-address.0.0"].found').waitFor({ state: 'visible' })
    t.match(await page.evaluate('document.activeElement.textContent'), /post the job/)
    await page.close()
  })

  await t.test('search and filters narrow the list, and stand in the address', async (t) => {
    const { page } = await open('sample.html', write(sampleRun))
    await page.keyboard.press('/')
    await page.keyboard.type('MASTER http')
    t.match(await page.locator('.toolbar [role="status"]').textContent(), '1 of 4 scenarios')
    t.same(await seen(page, '.scenario > summary .name').allTextContents(), ['the gateway answers while a master restarts'])
    t.same(await seen(page, '.step > summary .name').allTextContents(), ['gateway-answers'])
    t.match(page.url(), /#\?q=MASTER\+http$/)
    await page.locator('.toolbar input').fill('no such thing')
    t.equal(await seen(page, '#scenarios > p').count(), 1, 'it says that there is nothing')
    await page.locator('.toolbar input').fill('')
    await page.getByRole('button', { name: 'to look at' }).click()
    t.same(await seen(page, '.scenario > summary .name').allTextContents(), ['everything is up', 'nginx answers on its own VPC address'])
    await page.reload()
    t.equal(await seen(page, '.scenario').count(), 2, 'who gets the address sees the same')
    await page.close()
  })

  await t.test('keys move, open and close', async (t) => {
    const { page } = await open('sample.html', write(sampleRun))
    await page.keyboard.press('c')
    t.equal(await page.locator('#scenarios details[open]').count(), 0)
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    t.match(await page.evaluate('document.activeElement.textContent'), /nginx answers/)
    await page.keyboard.press('Enter')
    t.equal(await page.locator('.scenario[open]').count(), 1)
    await page.keyboard.press('n')
    t.match(await page.evaluate('document.activeElement.textContent'), /the bastion gets the page/)
    await page.keyboard.press('?')
    t.ok(await page.locator('dialog').isVisible())
    await page.keyboard.press('Escape')
    await page.locator('.timeline').focus()
    await page.keyboard.press('+')
    t.match(await page.locator('.controls [aria-live]').textContent(), '20.5 s to 1m 2s')
    await page.close()
  })

  await t.test('it can be read by everybody: light, dark, narrow, printed', async (t) => {
    const text = write(raisedRun)
    for (const [name, options] of [
      ['light', { colorScheme: 'light' }],
      ['dark', { colorScheme: 'dark' }],
      ['narrow', { colorScheme: 'light', viewport: { width: 360, height: 3000 } }],
      ['printed', { colorScheme: 'dark', viewport: { width: 800, height: 3000 } }],
    ] as const) {
      const { page } = await open('sample.html', text, { viewport: { width: 1200, height: 4000 }, ...options })
      if (name === 'printed') await page.emulateMedia({ media: 'print' })
      await page.evaluate('window.dispatchEvent(new Event("beforeprint"))')
      t.equal(await seen(page, '#scenarios .claim').count(), 4, `${name}: what did not pass is open`)
      if (name === 'light' || name === 'dark') t.same(await complaintsOf(page), [], name)
      const [wide, room] = (await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')) as readonly [number, number]
      t.ok(wide <= room, `${name}: nothing is wider than the page`)
      const drawn = (await page.locator('#testbed svg').boundingBox())?.width ?? 0
      if (name === 'narrow') {
        const [view, machine] = [await page.locator('#testbed .scroll').boundingBox(), await page.locator('.machine.marked').boundingBox()]
        t.ok(
          view !== null && machine !== null && machine.x > view.x && machine.x + machine.width < view.x + view.width,
          'what is marked is seen',
        )
      }
      if (name === 'printed') t.ok(drawn <= room, 'nor cut off, where nobody can scroll')
      await page.close()
    }
  })

  await t.test('500 scenarios with 20 000 steps open in two seconds, out of 10 MiB', async (t) => {
    const text = write(bigRun(500, 40))
    t.ok(Buffer.byteLength(text) < 10 * 1024 ** 2, `${(Buffer.byteLength(text) / 1024 ** 2).toFixed(1)} MiB`)
    const { page } = await open('big.html', text)
    t.equal(await page.locator('.scenario').count(), 500)
    const ms = Number(await page.evaluate('performance.getEntriesByType("navigation")[0].domComplete'))
    t.ok(ms < 2000 || ms < 1000 * loadOf(), `${ms.toFixed(0)} ms`)
    t.comment(`${(Buffer.byteLength(text) / 1024 ** 2).toFixed(1)} MiB, complete after ${ms.toFixed(0)} ms`)
    await page.close()
  })
})

/** How many processes want a processor. */
function loadOf(): number {
  return Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0])
}
