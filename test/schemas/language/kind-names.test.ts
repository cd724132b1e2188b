import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { stepKinds } from '../../../runner/steps/index.ts'
import { structural } from '../../../schemas/language/scenario-properties.ts'
import { root, sources } from '../../architecture/sources.ts'

t.test('the language knows no kind of step by name, but for those that hold steps, which it names once', async (t) => {
  const languageOwn: readonly string[] = Object.values(structural)
  const named = Object.keys(stepKinds).flatMap((kind) =>
    sources('schemas').flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8')
      // A section of cluster.yaml, a target and a partition of AWS are named as kinds are.
      const isCluster = [
        'schemas/cluster-rules/',
        'schemas/roles/',
        'schemas/cluster.ts',
        'schemas/testbed.ts',
        'schemas/capabilities.ts',
        'schemas/partitions.ts',
      ].some((place) => file.startsWith(place))
      return !isCluster && text.includes(`'${kind}'`) ? [`${kind} in ${file}`] : []
    }),
  )
  t.same(
    named,
    languageOwn.map((kind) => `${kind} in schemas/language/scenario-properties.ts`),
  )
})
