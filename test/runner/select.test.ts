import t from 'tap'
import { selectScenarios } from '../../runner/select.ts'
import { buildScenario } from './build-scenario.ts'

const scenarios = [
  buildScenario('Batch job ends', [], { tags: ['batch', 'smoke'], file: 'scenarios/batch.yaml' }),
  buildScenario('Service answers', [], { tags: ['service'], file: 'scenarios/nginx.yaml' }),
  buildScenario('S3 only', [], { file: 'scenarios/access.yaml' }),
]

function select(selection: Parameters<typeof selectScenarios>[1]) {
  return selectScenarios(scenarios, selection).map(({ name }) => name)
}

t.test('scenarios are chosen by one of several tags, and by a part of their name or file in whatever case', async (t) => {
  t.equal(select({ tags: [] }).length, 3)
  t.same(select({ tags: ['smoke', 'service'] }), ['Batch job ends', 'Service answers'])
  t.same(select({ tags: [], grep: 'ANSWERS' }), ['Service answers'])
  t.same(select({ tags: [], grep: 'access.y' }), ['S3 only'])
  t.same(select({ tags: ['batch'], grep: 'service' }), [], 'both must hold')
  t.same(select({ tags: ['Batch'] }), [], 'a tag is written as it is')
})
