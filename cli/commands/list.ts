import type { Json } from '../../schemas/json.ts'
import { renderJson } from '../../schemas/json-text.ts'
import type { Scenario, Value } from '../../schemas/scenario.ts'
import { sourceOf } from '../../runner/requirements.ts'
import { countOf } from '../../system/count-of.ts'
import { anyTestbedOptions, flag } from '../command.ts'
import type { CommandDefinition } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { expandFiles } from '../files/expand-files.ts'
import { loadScenarioFiles } from '../files/load-files.ts'
import { scenariosAmong } from '../files/scenarios-among.ts'
import { chooseScenarios } from '../running/choose-scenarios.ts'
import { allowLocalOption, selectingOptions } from '../running/run-options.ts'
import { noTestbed } from '../running/no-testbed.ts'
import { findTestbed } from '../testbed/select-testbed.ts'
import { tellProblems } from '../terminal/tell-failure.ts'

/** `titus-bed list`: the scenarios that `run` would take, with their tags. */
export const command: CommandDefinition = {
  arguments: [{ name: '[files...]', description: 'scenario files, folders or globs (default: scenarios/)', completes: 'yaml' }],
  description:
    'The options that select are those of `run`, and what a scenario needs is listed before it. A file with mistakes is told and left out, and the exit code is 2 then.',
  options: [
    ...anyTestbedOptions,
    ...selectingOptions,
    allowLocalOption,
    { flags: '--json', description: 'an array: name, file, line, tags, steps, row, needs, requires, outputs of each' },
  ],
  examples: [
    ['titus-bed list', 'what titus-bed run would run'],
    ['titus-bed list --tag smoke --json', 'those tagged smoke, for other programs'],
  ],
  async run(invocation) {
    const { arguments: given, cwd, terminal } = invocation
    const { files, notes } = await scenariosAmong(await expandFiles(given, cwd, ['scenarios']), cwd)
    await tellProblems(notes, terminal)
    const { scenarios, needed, problems } = await loadScenarioFiles(files, cwd, {
      allowLocal: flag(invocation, 'allowLocal'),
      project: invocation.project,
    })
    const errors = problems.filter(({ severity }) => severity === 'error')
    await tellProblems(errors, terminal)
    const chosen = chooseScenarios(invocation, scenarios, needed, findTestbed(invocation)?.name ?? noTestbed.name)
    if (flag(invocation, 'json')) terminal.out(renderJson(chosen.map(describe), 2))
    else for (const line of listLines(chosen)) terminal.out(line)
    return errors.length > 0 ? exitCodes.usage : exitCodes.passed
  },
}

/** A scenario as data. */
function describe({ name, file, place, tags, setup, steps, always, row, needs, requires, outputs }: Scenario) {
  return {
    name,
    file,
    line: place.line,
    tags,
    steps: setup.length + steps.length + always.length,
    ...(row === undefined ? {} : { row: Object.fromEntries(row.vars.map(({ key, value }) => [key, valueOf(value)])) }),
    needs: Object.fromEntries(needs.map((need) => [need.name, need.file])),
    requires: requires.map(sourceOf),
    outputs: outputs.map(({ key }) => key),
  }
}

/** The values of a row are fixed. */
function valueOf(value: Value): Json {
  return value.type === 'literal' ? value.value : null
}

function listLines(scenarios: readonly Scenario[]): readonly string[] {
  const width = Math.max(0, ...scenarios.map(({ file }) => file.length))
  const lines = scenarios.map(({ file, name, tags, needs, requires }) => {
    const told = [
      ...(tags.length === 0 ? [] : [`[${tags.join(', ')}]`]),
      ...(needs.length === 0 ? [] : [`needs ${needs.map((need) => need.file).join(', ')}`]),
      ...(requires.length === 0 ? [] : [`requires ${requires.map(sourceOf).join(', ')}`]),
    ]
    return [file.padEnd(width), name, ...told].join('  ')
  })
  return [...lines, countOf(scenarios.length, 'scenario')]
}
