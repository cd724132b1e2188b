import { inputError } from '../../schemas/failure.ts'
import type { Graph } from '../../schemas/graph.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import { graphFormats } from '../../runner/graph/formats.ts'
import { anyTestbedOptions, textOption } from '../command.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { cellOption, loadClusterFor, targetOption } from '../files/cluster-options.ts'
import { findTestbed, selectTestbed } from '../testbed/select-testbed.ts'

const formats = Object.keys(graphFormats)

/** `titus-bed graph`: the testbed as a picture, before it is raised and as it stands. */
export const command: CommandDefinition = {
  arguments: [
    {
      name: '[cluster]',
      description: 'draw what this cluster file describes (default: the testbed that is raised, or else cluster.yaml)',
      completes: 'yaml',
    },
  ],
  description:
    'Draws networks, machines, security groups with what each lets in, and IAM roles. A raised testbed is drawn as apply raised it, not as a later plan would change it, with the addresses and states of its machines as they are now; hosts of --testbed-file with the ways to them.',
  options: [
    { flags: '--format <format>', description: formats.join(', '), default: 'svg', completes: formats },
    { flags: '--output <file>', description: 'write it into this file (default: the standard output)' },
    ...anyTestbedOptions,
    targetOption,
    cellOption,
  ],
  examples: [
    ['titus-bed graph --output testbed.svg', 'the raised testbed, or what cluster.yaml would raise'],
    ['titus-bed graph cluster.yaml --format mermaid', 'for Markdown on GitHub or GitLab, before anything is raised'],
  ],
  async run(invocation) {
    const { terminal, cwd } = invocation
    const format = textOption(invocation, 'format') ?? 'svg'
    const load = Object.hasOwn(graphFormats, format) ? graphFormats[format] : undefined
    if (load === undefined)
      throw inputError({
        code: 'unknown-format',
        message: `--format ${format} is not known`,
        expected: formats.join(', '),
        hint: didYouMean(format, formats),
      })
    const { findTarget, isRefusal } = await import('../running/report-target.ts')
    const file = textOption(invocation, 'output')
    const target = file === undefined ? ({ kind: 'output' } as const) : findTarget(file, cwd)
    if (isRefusal(target)) throw inputError({ code: 'bad-option', message: `--output ${target.message}`, hint: target.hint })
    const graph = await draw(invocation)
    const text = (await load())(graph)
    if (target.kind === 'output') terminal.raw(text)
    else {
      const { writeReport } = await import('../running/write-report.ts')
      writeReport(target, text)
      terminal.err(`${file}: testbed ${graph.name}, ${graph.place}`)
    }
    return exitCodes.passed
  },
}

/** The file that is named, the testbed that is named, the one raised last, or cluster.yaml.
 *  @throws InputError when both a file and a testbed are named */
async function draw(invocation: Invocation): Promise<Graph> {
  const [file] = invocation.arguments
  // What the project file says of a testbed nobody has typed: it gives way to a file, and to none being raised.
  const isTyped = (option: string) => textOption(invocation, option) !== (option === 'testbed' ? invocation.project?.testbed : undefined)
  const named = ['testbed', 'testbedFile'].filter(isTyped)
  const ofFile = ['target', 'cell'].filter((option) => textOption(invocation, option) !== undefined)
  const asFile = file !== undefined || ofFile.length > 0
  if (asFile && named.length > 0)
    throw inputError({
      code: 'bad-usage',
      message: `${file ?? `--${ofFile[0]}`} is of a cluster file, and --${named[0] === 'testbed' ? 'testbed' : 'testbed-file'} names a testbed`,
      hint: 'leave one of them',
    })
  const { drawCluster, drawTestbed } = await import('../testbed/draw-testbed.ts')
  if (asFile || (named.length === 0 && findTestbed(invocation) === undefined))
    return drawCluster((await loadClusterFor(invocation)).cluster)
  const { workspace, testbed } = selectTestbed(invocation)
  return drawTestbed(workspace, testbed, invocation.signal)
}
