import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { findProgram, searchFolders } from '../../system/find-program.ts'

t.test('a search path is its folders, and never the working folder', async (t) => {
  t.same(searchFolders('/a::/b:'), ['/a', '/b'])
  t.same(searchFolders(''), [])
})

t.test('the first file that can be run is found', async (t) => {
  const root = t.testdir({ text: { tool: '' }, folder: { tool: {} }, first: { tool: '' }, second: { tool: '' } })
  for (const name of ['first', 'second']) chmodSync(join(root, name, 'tool'), 0o755)
  const folders = ['none', 'text', 'folder', 'first', 'second'].map((name) => join(root, name))
  t.equal(findProgram('tool', folders), join(root, 'first/tool'))
  t.equal(findProgram('other', folders), undefined)
  t.equal(findProgram('tool', []), undefined)
})
