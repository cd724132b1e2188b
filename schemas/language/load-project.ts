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

/** What a project file comes to. The reporters are there whatever else is wrong: they are checked by who knows them. */
export interface LoadedProject {
  readonly project?: Project
  readonly reporters: NonNullable<Project['reporters']>
  readonly problems: readonly Problem[]
}

/** Reads a project file; an empty one is sound. @returns the project, when nothing in it is wrong, and every problem */
export function loadProject(text: string, file: string): LoadedProject {
  const { node, problems: invalid } = readYaml(text, file, projectSchema)
  const problems: Problem[] = [...invalid]
  const { variables, problems: wrong } = variablesIn(childOf(node, 'vars'))
  problems.push(...wrong)
  const timeouts = childOf(node, 'timeouts')
  const [scenarioMs, stepMs] = [durationOf(childOf(timeouts, 'scenario'), problems), durationOf(childOf(timeouts, 'step'), problems)]
  const maxOutputBytes = sizeOf(childOf(node, 'maxOutput'), problems)
  const reportersNode = childOf(node, 'reporters')
  const items = reportersNode?.kind === 'list' ? reportersNode.items : []
  const reporters = items.flatMap((item) => {
    const text = scalarOf(item, 'string')
    return text === undefined ? [] : [{ text, place: item.place }]
  })
  if (problems.some(({ severity }) => severity === 'error')) return { reporters, problems }
  const project: Project = {
    file,
    ...present({
      testbed: scalarOf(childOf(node, 'testbed'), 'string'),
      parallel: scalarOf(childOf(node, 'parallel'), 'number'),
      bail: scalarOf(childOf(node, 'bail'), 'boolean'),
    }),
    ...(childOf(node, 'tags') === undefined || node === undefined ? {} : { tags: tagsOf(node) }),
    ...(reportersNode === undefined ? {} : { reporters }),
    vars: variables,
    defaults: present({ scenarioMs, stepMs, maxOutputBytes }),
  }
  return { project, reporters, problems }
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
