import { access } from './access.ts'
import { assert } from './assert.ts'
import { aws } from './aws.ts'
import { copy } from './copy.ts'
import { group } from './group.ts'
import { http } from './http.ts'
import type { StepKind } from './kind.ts'
import { machine } from './machine.ts'
import { reach } from './reach.ts'
import { run } from './run.ts'
import { script } from './script.ts'
import { use } from './use.ts'

/** Every kind of step, by its key in a scenario. A new one is one file and one line here. */
export const stepKinds: Readonly<Record<string, StepKind>> = {
  run,
  script,
  http,
  access,
  reach,
  aws,
  copy,
  machine,
  assert,
  use,
  group,
}
