import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { anchorOf } from '../../cli/reference/render.ts'

/** The root of the project. */
export const root = new URL('../../', import.meta.url).pathname

/** Every page that people read, by its path from the root. */
export function readPages(): Readonly<Record<string, string>> {
  const below = ['docs', 'examples'].flatMap((folder) =>
    readdirSync(root + folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  const paths = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...below].filter((path) => path.endsWith('.md'))
  return Object.fromEntries(paths.map((path) => [path, readFileSync(root + path, 'utf8')]))
}

/** The text of each fenced block in a language. */
export function blocksOf(page: string, language: string): readonly string[] {
  return [...page.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].flatMap(([, name, text = '']) => (name === language ? [text] : []))
}

/** What is wrong with the links of a page that lead into the project: a file, or a heading in it, that is not there. */
export function brokenLinks(path: string, page: string): readonly string[] {
  const prose = page.replaceAll(/^```[^]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, 'code')
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  return links.filter((link) => !/^https?:/.test(link) && !isThere(link))

  function isThere(link: string): boolean {
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? path : normalize(join(dirname(path), file))
    if (!existsSync(root + target)) return false
    if (anchor === undefined) return true
    const headings = [...readFileSync(root + target, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading))
    return headings.includes(anchor)
  }
}
