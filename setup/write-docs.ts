import { mkdir, writeFile } from 'node:fs/promises'
import { commands } from '../cli/commands/index.ts'
import { referenceChapters } from '../cli/reference/chapters.ts'
import { importsChapter } from './imports-page.ts'
import { renderContents, renderPage } from '../cli/reference/render.ts'

/** The pages of the reference by path, as they have to stand in the repository. */
export async function renderReference(): Promise<Readonly<Record<string, string>>> {
  const chapters = [...(await referenceChapters(commands)), importsChapter()]
  const pages = chapters.map((chapter) => [`docs/reference/${chapter.page}.md`, renderPage(chapter)] as const)
  return { 'docs/reference/README.md': renderContents(chapters), ...Object.fromEntries(pages) }
}

if (import.meta.filename === process.argv[1]) {
  await mkdir(new URL('../docs/reference/', import.meta.url), { recursive: true })
  for (const [path, text] of Object.entries(await renderReference())) await writeFile(new URL(`../${path}`, import.meta.url), text)
}
