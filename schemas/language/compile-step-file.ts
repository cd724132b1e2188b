import { dirname } from 'node:path'
import { buildStepFileSchema } from './build-scenario-schema.ts'
import { collectCaptures } from './collect-captures.ts'
import type { Compilation, LoadedStepFile } from './compilation.ts'
import { compileSteps } from './compile-step.ts'
import { readInput } from './compile-use.ts'
import { compileEntries, compileValue } from './compile-value.ts'
import { childOf, entriesOf, textOf } from '../yaml/located-node.ts'
import type { LocatedNode } from '../yaml/located-node.ts'
import { nearestName } from '../../system/nearest-name.ts'
import { createNames, defineName } from './names.ts'
import type { Names } from './names.ts'
import type { InputType, StepFile } from '../scenario.ts'
import { emptyFile, readYaml } from '../validation/read-yaml.ts'

/** Reads a file of reusable steps. Its steps see its inputs, `testbed` and what they capture, and nothing of the caller.
 *  @returns undefined when the file is no YAML or empty; its problems are in the compilation */
export async function loadStepFile(file: string, text: string, compilation: Compilation): Promise<LoadedStepFile | undefined> {
  const { problems, shared, timeoutMs, open } = compilation
  const key = JSON.stringify([file, timeoutMs, dirname(open[0] ?? '')])
  const known = shared.sound.get(key)
  if (known?.text === text) return known.loaded
  const before = problems.length
  const { node, problems: found, broken = [] } = readOnce(file, text, compilation)
  problems.push(...found)
  if (node === undefined) {
    if (found.length === 0) problems.push(emptyFile(file, 'steps:'))
    return undefined
  }
  const names = createNames(collectCaptures([childOf(node, 'steps')]))
  const inputs = compileDeclarations(childOf(node, 'inputs'), names, compilation)
  const steps = await compileSteps(childOf(node, 'steps'), names, compilation)
  const outputs = compileEntries(entriesOf(childOf(node, 'outputs')), names, problems)
  const isSound = !problems.slice(before).some(({ severity }) => severity === 'error')
  const isKnown = (key: string): boolean => !broken.some(({ path: [first = '', ...rest] }) => rest.length === 0 && meant(first, key))
  const unclear = new Set(broken.filter(({ path }) => path[0] === 'inputs' && decidesInput(path[2])).map(({ path }) => path[1]))
  const loaded: LoadedStepFile = {
    file: { file, place: node.place, inputs, steps, outputs },
    isSound,
    inputs: isKnown('inputs')
      ? inputs.map((input) => (unclear.has(input.name) ? { ...input, type: 'any', required: false } : input))
      : undefined,
    outputs: isKnown('outputs') ? outputs.map((output) => output.key) : undefined,
  }
  if (problems.length === before) shared.sound.set(key, { text, loaded })
  return loaded
}

/** Whether a key says what an input takes; without a key it is the whole input that is wrong. */
function decidesInput(key: string | undefined): boolean {
  return key === undefined || ['type', 'default', 'required'].some((name) => meant(key, name))
}

/** Whether a key is another one, or was meant as it. */
function meant(key: string, other: string): boolean {
  return key === other || nearestName(key, [other]) !== undefined
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
