import type { RunningLab } from '../../lab/index.ts'
import { TestbedError } from '../../schemas/failure.ts'
import { countOf } from '../../system/count-of.ts'
import { flag } from '../command.ts'
import type { CommandDefinition, Invocation } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'

/** `titus-bed labs`: what runs on this computer, also where nothing of a testbed's folder is left. */
export const command: CommandDefinition = {
  arguments: [{ name: '[lab]', description: 'the name of a lab, or the folder of its testbed; all of them without' }],
  description:
    'Labs are found by their control groups, so that one whose folder was removed is found as well. destroy is the orderly way to end one.',
  options: [
    { flags: '--remove', description: 'end the lab, at once and with all that is in it' },
    { flags: '--json', description: 'the labs as JSON' },
  ],
  examples: [
    ['titus-bed labs', 'name, folder, age and memory of each'],
    ['titus-bed labs --remove 3f9a5c0d1e2b', 'end this one'],
  ],
  run: (invocation) => labs(invocation),
}

/** What the command acts through. */
export type LabsParts = Pick<typeof import('../../lab/index.ts'), 'listLabs' | 'stopLabNamed'>

/** Lists labs or ends one, and gives the exit code.
 *  @throws TestbedError when there is no such lab, or several and none was named */
export async function labs(invocation: Invocation, parts?: LabsParts): Promise<number> {
  const { terminal } = invocation
  const { listLabs, stopLabNamed } = parts ?? (await import('../../lab/index.ts'))
  const wanted = invocation.arguments[0]
  const found = listLabs().filter((lab) => wanted === undefined || isMeant(lab, wanted))
  if (wanted !== undefined && found.length === 0)
    throw new TestbedError(`no lab ${wanted} runs on this computer`, { hint: 'titus-bed labs lists those that do' })
  if (flag(invocation, 'remove')) {
    const [lab, ...others] = found
    if (others.length > 0)
      throw new TestbedError(`${countOf(found.length, 'lab')} run here`, { hint: 'titus-bed labs --remove NAME ends one' })
    if (lab !== undefined) await stopLabNamed(lab)
    terminal.out(lab === undefined ? 'no lab runs on this computer' : `lab ${lab.name} is gone`)
    return exitCodes.passed
  }
  if (flag(invocation, 'json')) terminal.out(JSON.stringify(found, null, 2))
  else if (found.length === 0) terminal.out('no lab runs on this computer')
  else for (const lab of found) terminal.out(describe(lab))
  return exitCodes.passed
}

function isMeant({ name, folder }: RunningLab, wanted: string): boolean {
  return name === wanted || folder === wanted || folder?.startsWith(`${wanted.replace(/\/$/, '')}/`) === true
}

function describe({ name, folder, ageSeconds, memoryBytes, processes }: RunningLab): string {
  const memory = memoryBytes === undefined ? '' : `, ${Math.round(memoryBytes / 1_048_576)} MiB`
  return `${name}  ${folder ?? '(its supervisor is gone)'}  ${describeAge(ageSeconds)}, ${countOf(processes, 'process', 'processes')}${memory}`
}

function describeAge(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}
