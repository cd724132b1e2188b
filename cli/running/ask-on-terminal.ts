import { createInterface } from 'node:readline/promises'
import { renderJson } from '../../schemas/json-text.ts'
import { InputError, inputError } from '../../schemas/failure.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import type { AskPerson, PauseChoice, PausedStep } from '../../runner/engine/pause.ts'
import { wholeName } from '../../runner/report.ts'
import { renderReason } from '../../runner/reporters/render-step.ts'
import { oneLine } from '../../runner/reporters/visible-text.ts'
import type { Deadline } from '../../runner/time/deadline.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { openShell } from '../terminal/open-shell.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { findHost } from '../testbed/find-host.ts'
import { pauseCommands, readPauseCommand } from './pause-command.ts'
import type { Reporting } from './reporting.ts'

/** What a pause of a run acts on. */
export interface PausePlace {
  readonly terminal: Terminal
  readonly workspace: Workspace
  readonly testbed: Testbed
  readonly reporting: Reporting
  /** The longest time of the run: it stands still while a person is asked. */
  readonly deadline: Deadline
}

/** @throws InputError when nobody is there to be asked */
export function requireTerminal(terminal: Terminal): void {
  if (terminal.interactive && process.stdin.isTTY) return
  throw inputError({
    code: 'bad-option',
    message: '--pause-on-fail asks a person what to do, and this is no terminal',
    hint: 'leave it out, or let --keep-on-fail keep what a scenario has made: titus-bed resume goes on with it',
  })
}

/** Asks on the terminal, of several scenarios at the same time one after the other. */
export function askOnTerminal(place: PausePlace): AskPerson {
  let before: Promise<unknown> = Promise.resolve()
  return (paused, signal) => {
    const asked = before.then(() => (signal.aborted ? 'quit' : askOne(place, paused, signal)))
    before = asked.catch(() => undefined)
    return asked
  }
}

async function askOne(place: PausePlace, paused: PausedStep, signal: AbortSignal): Promise<PauseChoice> {
  const { terminal, reporting, deadline } = place
  const [letReportsGoOn, goOn] = [reporting.hold(), deadline.hold()]
  const { step, scenario } = paused
  const at = `${step.place.file}:${step.place.line}`
  terminal.err(`\n${oneLine(scenario)} waits after "${oneLine(wholeName(step))}" ${step.outcome} (${at}): ${renderReason(step)}`)
  terminal.err('retry, next, vars, shell HOST or quit? Its time stands still; invariants are polled on.')
  try {
    for (;;) {
      const line = await readLine('pause> ', signal)
      if (line === undefined) return 'quit'
      const command = readPauseCommand(line)
      if (command.kind === 'choice') return command.choice
      if (command.kind === 'vars') tellVariables(paused, terminal)
      else if (command.kind === 'shell') await shellOn(command.host, place, signal)
      else Object.entries(pauseCommands).forEach(([name, meaning]) => terminal.err(`  ${name.padEnd(6)} ${meaning}`))
    }
  } finally {
    goOn()
    letReportsGoOn()
  }
}

/** @returns undefined when the input has ended, or the signal is aborted */
async function readLine(prompt: string, signal: AbortSignal): Promise<string | undefined> {
  if (signal.aborted) return undefined
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  // The terminal gives Ctrl-C as a key while a line is read.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  const ended = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)))
  try {
    return await Promise.race([lines.question(prompt, { signal }).catch(() => undefined), ended])
  } finally {
    lines.close()
  }
}

function tellVariables({ variables }: PausedStep, terminal: Terminal): void {
  const lines = Object.entries(variables).map(([name, value]) => `  ${name}: ${oneLine(renderJson(value))}`)
  terminal.err(lines.length === 0 ? '  there are none' : lines.join('\n'))
}

async function shellOn(name: string, { terminal, testbed, workspace }: PausePlace, signal: AbortSignal): Promise<void> {
  try {
    const code = await openShell(workspace.sshConfig, findHost(testbed, name).name, [], signal)
    if (code !== 0) terminal.err(`the shell ended with ${code ?? 'a signal'}`)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    error.problems.forEach(({ message, expected }) => terminal.err(`${message}${expected === undefined ? '' : `, expected ${expected}`}`))
  }
}
