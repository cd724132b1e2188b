import { TestbedError } from '../schemas/failure.ts'
import type { Finding } from './doctor/finding.ts'
import { examineKernel } from './doctor/kernel.ts'
import { examineMoto, examinePrograms, examineTerraform, installCommand, missingPackage } from './doctor/programs.ts'
import { examineCapabilities, examineCgroups, examineDisk, examineInotify, examineMemory, examineRoot } from './doctor/resources.ts'

export type { Finding } from './doctor/finding.ts'

/** Where to look. */
export interface Examination {
  /** The folder that testbeds are kept in; it need not exist. The working directory's `.titus-bed` unless given. */
  readonly stateDir?: string
  /** Search path for programs; the environment's unless given. */
  readonly path?: string
}

/**
 * Examines whether the lab can run on this computer, by trying each part rather than asking for versions. Changes nothing that stays.
 * What takes rights or programs that are missing is not tried.
 *
 * @returns  a finding for each need, those of the computer first, then programs
 */
export async function examineComputer({ stateDir = '.titus-bed', path = process.env['PATH'] ?? '' }: Examination = {}): Promise<Finding[]> {
  const moto = examineMoto(path)
  const rights = [examineRoot(), await examineCapabilities()]
  const programs = examinePrograms(path)
  // A missing right or program makes every trial fail that needs it, so that telling the first is enough.
  const trials = [...rights, ...programs].every(({ ok }) => ok) ? [examineCgroups(), ...(await examineKernel(stateDir))] : []
  const rest = await Promise.all([examineInotify(), examineMemory(), examineDisk(stateDir)])
  return [...rights, ...trials, ...rest, ...programs, examineTerraform(path), await moto]
}

/**
 * Makes sure, before a lab is started, that this computer can run it.
 *
 * @returns the findings without which it runs, but not as it should
 * @throws TestbedError that names everything which is missing, each with its cure
 */
export async function requireLab(examination: Examination = {}): Promise<readonly Finding[]> {
  const wrong = (await examineComputer(examination)).filter((finding) => !finding.ok)
  const failed = wrong.filter(({ isWarning }) => isWarning !== true)
  if (failed.length > 0) throw describeFailures(failed)
  return wrong
}

/** Joins failed findings into one error. Packages that are missing go into a single command. */
export function describeFailures(failed: readonly Finding[]): TestbedError {
  const packages = [...new Set(failed.flatMap((finding) => missingPackage(finding) ?? []))].toSorted()
  const others = failed.filter((finding) => missingPackage(finding) === undefined).flatMap((finding) => finding.cure ?? [])
  const cures = [...(packages.length > 0 ? [installCommand(packages)] : []), ...others]
  const message = ['The lab cannot run on this computer:', ...failed.map((finding) => `- ${finding.what}`)].join('\n')
  return new TestbedError(message, { hint: [...new Set(cures)].join('\n') })
}
