import { dirname } from 'node:path'
import { buildStepFileSchema } from './build-scenario-schema.ts'
import { collectCaptures } from './collect-captures.ts'
import type { Compilation } from './compilation.ts'
import { compileSteps } from './compile-step.ts'
import { readInput } from './compile-use.ts'
import { compileEntries, compileValue } from './compile-value.ts'
import { childOf, entriesOf, textOf } from '../yaml/located-node.ts'
import type { LocatedNode } from '../yaml/located-node.ts'
import { createNames, defineName } from './names.ts'
import type { Names } from './names.ts'
import type { InputType, StepFile } from '../scenario.ts'
import { emptyFile, readYaml } from '../validation/read-yaml.ts'

/** Reads a file of reusable steps. Its steps see its inputs, `testbed` and what they capture, and nothing of the caller.
 *  @returns undefined when the file is wrong; its problems are in the compilation then */
export async function loadStepFile(file: string, text: string, compilation: Compilation): Promise<StepFile | undefined> {
  const { problems, shared, timeoutMs, open } = compilation
  const key = JSON.stringify([file, timeoutMs, dirname(open[0] ?? '')])
  const known = shared.sound.get(key)
  if (known?.text === text) return known.file
  const before = problems.length
  const { node, problems: found } = readOnce(file, text, compilation)
  problems.push(...found)
  if (node === undefined) {
    if (found.length === 0) problems.push(emptyFile(file, 'steps:'))
    return undefined
  }
  const names = createNames(collectCaptures([childOf(node, 'steps')]))
  const inputs = compileDeclarations(childOf(node, 'inputs'), names, compilation)
  const steps = await compileSteps(childOf(node, 'steps'), names, compilation)
  const outputs = compileEntries(entriesOf(childOf(node, 'outputs')), names, problems)
  const stepFile = { file, place: node.place, inputs, steps, outputs }
  if (problems.length === before) shared.sound.set(key, { text, file: stepFile })
  return problems.slice(before).some(({ severity }) => severity === 'error') ? undefined : stepFile
}

function readOnce(file: string, text: string, { kinds, shared }: Compilation): ReturnType<typeof readYaml> {
  const known = shared.read.get(file)
  if (known?.text === text) return known.read
  const read = readYaml(text, file, buildStepFileSchema(kinds))
  shared.read.set(file, { text, read })
  return read
}

function compileDeclarations(node: LocatedNode | undefined, names: Names, { problems }: Compilation): StepFile['inputs'] {
  const inputs: StepFile['inputs'][number][] = []
  for (const { key, keyPlace, value } of entriesOf(node)) {
    const type = (textOf(childOf(value, 'type')) ?? 'any') as InputType
    const fallback = childOf(value, 'default')
    const required = childOf(value, 'required')
    // A default sees the testbed alone: the caller's variables are not the file's to know.
    const compiled =
      fallback === undefined ? undefined : compileValue(readInput(key, type, fallback, problems), createNames(new Map()), problems)
    const isRequired = compiled === undefined && !(required?.kind === 'scalar' && required.value === false)
    inputs.push({ name: key, type, required: isRequired, ...(compiled === undefined ? {} : { default: compiled }), place: keyPlace })
    defineName(key, keyPlace, names, problems)
  }
  return inputs
}
