import { sizeOf } from './compile-texts.ts'
import { tagsOf } from './compile-step.ts'
import { durationOf } from './durations.ts'
import { projectSchema } from './project-properties.ts'
import type { Problem } from '../problem.ts'
import type { Project } from '../project.ts'
import { variablesIn } from '../validation/read-variables.ts'
import { readYaml } from '../validation/read-yaml.ts'
import { childOf } from '../yaml/located-node.ts'
import type { LocatedNode } from '../yaml/located-node.ts'

/** Reads a project file; an empty one is sound. @returns the project, when nothing in it is wrong, and every problem */
export function loadProject(text: string, file: string): { readonly project?: Project; readonly problems: readonly Problem[] } {
  const { node, problems: invalid } = readYaml(text, file, projectSchema)
  const problems: Problem[] = [...invalid]
  const { variables, problems: wrong } = variablesIn(childOf(node, 'vars'))
  problems.push(...wrong)
  const timeouts = childOf(node, 'timeouts')
  const [scenarioMs, stepMs] = [durationOf(childOf(timeouts, 'scenario'), problems), durationOf(childOf(timeouts, 'step'), problems)]
  const maxOutputBytes = sizeOf(childOf(node, 'maxOutput'), problems)
  if (problems.some(({ severity }) => severity === 'error')) return { problems }
  const reporters = childOf(node, 'reporters')
  const project: Project = {
    file,
    ...present({
      testbed: scalarOf(childOf(node, 'testbed'), 'string'),
      parallel: scalarOf(childOf(node, 'parallel'), 'number'),
      bail: scalarOf(childOf(node, 'bail'), 'boolean'),
    }),
    ...(childOf(node, 'tags') === undefined || node === undefined ? {} : { tags: tagsOf(node) }),
    ...(reporters?.kind === 'list' ? { reporters: reporters.items.map((item) => ({ text: textIn(item), place: item.place })) } : {}),
    vars: variables,
    defaults: present({ scenarioMs, stepMs, maxOutputBytes }),
  }
  return { project, problems }
}

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> }

function present<T extends Readonly<Record<string, unknown>>>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>
}

interface Scalars {
  readonly string: string
  readonly number: number
  readonly boolean: boolean
}

function scalarOf<K extends keyof Scalars>(node: LocatedNode | undefined, type: K): Scalars[K] | undefined {
  return node?.kind === 'scalar' && typeof node.value === type ? (node.value as Scalars[K]) : undefined
}

function textIn(node: LocatedNode): string {
  return scalarOf(node, 'string') ?? ''
}
