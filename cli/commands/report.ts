import { once } from 'node:events'
import { inputError } from '../../schemas/failure.ts'
import { didYouMean } from '../../system/nearest-name.ts'
import { testbedOption, textOption } from '../command.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { findRun } from '../report/find-run.ts'
import { reporterOption } from '../running/run-options.ts'
import { asTypedHere } from '../product/typed-as.ts'

const actions: Readonly<Record<string, (invocation: Invocation, runs: readonly string[]) => Promise<number>>> = { open, serve, merge }
const names = Object.keys(actions)

/** `titus-bed report`: the page of a run, shown or served; several runs told as one. */
export const command: CommandDefinition = {
  arguments: [
    { name: '<what>', description: names.join(', '), completes: names },
    { name: '[runs...]', description: 'open, serve: a run (default: the last one); merge: journals, folders with journals, runs' },
  ],
  description:
    'Every run leaves a page beside its journal: .titus-bed/NAME/runs/ID/report.html. `open` shows it in the browser of this computer, or says where it stands. `serve` serves it on 127.0.0.1, under an address that nobody else knows, until Ctrl-C. `merge` reports parts of a run and cells of a matrix as one run, in every form that run has; its exit code is that of the whole, and a part that is missing makes it 3.',
  options: [
    testbedOption,
    { flags: '--port <n>', description: 'serve: the port on 127.0.0.1 (default: one that is free)' },
    reporterOption,
  ],
  examples: [
    ['titus-bed report open', 'the page of the last run'],
    ['titus-bed report serve 20261122-160530', 'that of a run, by the beginning of its name'],
    ['titus-bed report merge reports/ --reporter spec --reporter html=all.html', 'all journals below reports/ as one'],
  ],
  async run(invocation) {
    const [what = '', ...runs] = invocation.arguments
    const act = Object.hasOwn(actions, what) ? actions[what] : undefined
    if (act === undefined)
      throw inputError({
        code: 'bad-usage',
        message: `report does not know "${what}"`,
        expected: names.join(', '),
        hint: didYouMean(what, names),
      })
    return await act(invocation, runs)
  },
}

async function open(invocation: Invocation, runs: readonly string[]): Promise<number> {
  const { pageOfRun } = await import('../report/page-of-run.ts')
  const { cwd, terminal } = invocation
  const path = pageOfRun(findRun(cwd, onlyOne(runs), textOption(invocation, 'testbed')), cwd, terminal)
  terminal.out(path)
  const { showInBrowser } = await import('../report/show-in-browser.ts')
  if (terminal.interactive && !showInBrowser(path, process.env))
    terminal.err(asTypedHere('no browser could be started: titus-bed report serve serves the page'))
  return exitCodes.passed
}

async function serve(invocation: Invocation, runs: readonly string[]): Promise<number> {
  const [{ pageOfRun, readPage }, { servePage }] = await Promise.all([
    import('../report/page-of-run.ts'),
    import('../report/serve-page.ts'),
  ])
  const { cwd, terminal, signal } = invocation
  const port = portOption(invocation)
  const path = pageOfRun(findRun(cwd, onlyOne(runs), textOption(invocation, 'testbed')), cwd, terminal)
  const { address, close } = await servePage(() => readPage(path), port)
  terminal.out(address)
  terminal.err('Ctrl-C ends')
  if (!signal.aborted) await once(signal, 'abort')
  close()
  return exitCodes.interrupted
}

async function merge(invocation: Invocation, runs: readonly string[]): Promise<number> {
  const { mergeJournals } = await import('../report/merge-journals.ts')
  return mergeJournals(invocation, runs)
}

function onlyOne(runs: readonly string[]): string | undefined {
  const [run, another] = runs
  if (another === undefined) return run
  throw inputError({ code: 'bad-usage', message: 'one run at a time', hint: 'titus-bed report merge makes one of several' })
}

function portOption(invocation: Invocation): number {
  const text = textOption(invocation, 'port') ?? '0'
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text)
  throw inputError({ code: 'bad-option', message: `--port ${text} is no port`, expected: '0 to 65535' })
}
