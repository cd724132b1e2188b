import t from 'tap'
import { graphFormats } from '../../../runner/graph/formats.ts'
import { seedGraph } from '../../stack/graph/sample.ts'

t.test('each form has the same machines', async (t) => {
  t.same(Object.keys(graphFormats), ['svg', 'mermaid', 'json'])
  for (const load of Object.values(graphFormats)) {
    const text = (await load())(seedGraph)
    for (const { name } of seedGraph.machines) t.match(text, name)
  }
})
