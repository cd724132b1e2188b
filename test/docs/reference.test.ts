import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { renderReference } from '../../setup/write-docs.ts'

const root = new URL('../../', import.meta.url)

t.test('the reference is what the registries and schemas say: npm run docs writes it', async (t) => {
  const pages = await renderReference()
  for (const [path, text] of Object.entries(pages)) t.equal(readFileSync(new URL(path, root), 'utf8'), text, path)
  const written = readdirSync(new URL('docs/reference/', root)).map((name) => `docs/reference/${name}`)
  t.strictSame(written.toSorted(), Object.keys(pages).toSorted(), 'no page is left from before')
})
