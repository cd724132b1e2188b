import t from 'tap'
import { readPlanDocument } from '../../../stack/terraform/plan-document.ts'

t.test('the plan is found among warnings', async (t) => {
  t.same(readPlanDocument(['Warning: old', '{"format_version":"1.2","resource_changes":[]}']), {
    format_version: '1.2',
    resource_changes: [],
  })
})

t.test('no plan, half a plan and one of a later format are said with what to do', async (t) => {
  for (const [line, message] of [
    ['', /gave no plan/],
    ['{"format_version":"1.2"', /no JSON/],
    ['{"format_version":"2.0"}', /format that is not known/],
    ['{}', /format that is not known/],
  ] as const) {
    t.throws(() => readPlanDocument([line]), { name: 'TestbedError', message, hint: /Terraform 1\.6/ }, line)
  }
})
