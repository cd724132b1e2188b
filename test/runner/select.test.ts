import t from 'tap'
import { selectScenarios } from '../../runner/select.ts'
import { buildScenario } from './build-scenario.ts'

const scenarios = [
  buildScenario('Batch job ends', [], { tags: ['batch', 'smoke'], file: 'scenarios/batch.yaml' }),
  buildScenario('Service answers', [], { tags: ['service'], file: 'scenarios/nginx.yaml' }),
  buildScenario('S3 only', [], { file: 'scenarios/access.yaml' }),
]

interface Asked {
  readonly tags: readonly string[]
  readonly skipTags?: readonly string[]
  readonly grep?: string
}

function select({ tags, skipTags = [], ...more }: Asked) {
  const tests = (names: readonly string[]) => names.map((name) => (known: readonly string[]) => known.includes(name))
  return selectScenarios(scenarios, { tags: tests(tags), skipTags: tests(skipTags), ...more }).map(({ name }) => name)
}

t.test('scenarios are chosen by one of several tags, and by a part of their name or file in whatever case', async (t) => {
  t.equal(select({ tags: [] }).length, 3)
  t.same(select({ tags: ['smoke', 'service'] }), ['Batch job ends', 'Service answers'])
  t.same(select({ tags: [], grep: 'ANSWERS' }), ['Service answers'])
  t.same(select({ tags: [], grep: 'access.y' }), ['S3 only'])
  t.same(select({ tags: [], skipTags: ['smoke', 'service'] }), ['S3 only'])
  t.same(select({ tags: ['smoke'], skipTags: ['batch'] }), [])
  t.same(select({ tags: ['batch'], grep: 'service' }), [], 'both must hold')
  t.same(select({ tags: ['Batch'] }), [], 'a tag is written as it is')
})
