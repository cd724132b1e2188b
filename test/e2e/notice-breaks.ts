import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { makeBed } from './bed.ts'
import { act, environmentOf, notice, readBreaks } from './breaks.ts'
import type { Break } from './breaks.ts'
import { root, tracesOnComputer } from './product.ts'

/** The scenarios about what Titus consists of. What they notice is tried on one testbed, what the others do on another beside it. They take
 *  about as long, so that neither keeps the other waiting. */
const aboutServices: readonly string[] = ['everything-is-up', 'batch-job', 'agent-survives-reboot', 'gateway-rolling-restart']

/** The ways to break a testbed that a part of the scenarios notices; both parts together are all. */
export function breaksOf(part: 'services' | 'access'): readonly (readonly Break[])[] {
  return readBreaks().filter(([first]) => aboutServices.includes(first?.notice ?? '') === (part === 'services'))
}

/** What a testbed that is to be broken is, and what is to be seen on it before. */
export interface Whole {
  /** Changes the folder of the shipped testbed before it is raised. */
  readonly describe: (cwd: string) => void
  readonly look: (t: Test, cwd: string) => Promise<void>
  /** Which scenarios are to be green when all is healed: every one, or those that noticed, where other testbeds show the rest. */
  readonly green: 'all' | 'noticed'
}

/** The testbed of the shipped cluster.yaml, at which other tests look. */
const shipped: Whole = {
  describe: () => undefined,
  look: async () => undefined,
  green: 'noticed',
}

/** Raises one testbed and breaks it one way after the other: each time the shipped scenario that must notice goes red and names what is broken. */
export async function noticeBreaks(sets: readonly (readonly Break[])[], { describe, look, green }: Whole = shipped): Promise<void> {
  const { cwd, type, remove } = await makeBed()
  t.teardown(remove)
  describe(cwd)
  const launcher = `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin/titus-bed.cjs')}' "$@"\n`
  writeFileSync(join(cwd, 'titus-bed'), launcher, { mode: 0o755 })

  t.test('every break turns the right scenario red for the right reason', { timeout: 1_700_000 }, async (t) => {
    const before = await tracesOnComputer(cwd)
    const raised = await type('apply', 'cluster.yaml')
    t.equal(raised.code, 0, 'apply', { stderr: raised.stderr })
    const activated = await type('run', 'scenarios/activate-instance-group.yaml')
    t.equal(activated.code, 0, 'the instance group is activated', { stdout: activated.stdout })
    await look(t, cwd)
    const env = await environmentOf(cwd)
    for (const set of sets) await t.test(set.map(({ name }) => name).join('; '), (t) => noticeOne(t, cwd, set, env))
    // Those that break machines themselves, and the rows about instance types, are run by what the README says to type.
    const noticed = [...new Set(sets.flat().map((each) => `scenarios/${each.notice}.yaml`))]
    const again = await type('run', ...(green === 'all' ? ['scenarios'] : noticed), '--skip-tag', 'faults or types')
    t.equal(again.code, 0, `${green} scenarios are green when all is healed`, { not: notGreen(again.stdout) })
    const destroyed = await type('destroy', '--yes')
    t.equal(destroyed.code, 0, 'destroy', { stderr: destroyed.stderr })
    t.same(await tracesOnComputer(cwd), before, 'nothing is left')
  })
}

/** What a report says of what was not green, and nothing else: who reads a failed test has little room. */
function notGreen(report: string): readonly string[] {
  return report
    .split('\n')
    .filter((line) => !/^\s*(?:ok|skip)\b/.test(line))
    .slice(-60)
}

async function noticeOne(t: Test, cwd: string, set: readonly Break[], env: Readonly<Record<string, string>>): Promise<void> {
  const [{ notice: scenario, verdict: expected } = { notice: '', verdict: '' }] = set
  for (const each of set) {
    const broken = await act(cwd, each.break, env)
    t.equal(broken.code, 0, `broken: ${each.name}`, { stdout: broken.stdout, stderr: broken.stderr })
  }
  const { verdict, message, seconds, code } = await notice(cwd, scenario, env)
  t.equal(verdict, expected, `${scenario} is ${expected}`, { message })
  t.equal(code, expected === 'failed' ? 1 : 3, 'exit code')
  for (const pattern of set.flatMap(({ says }) => says)) t.match(message, new RegExp(pattern), `it says ${pattern}`)
  t.comment(`${scenario} ${verdict} after ${seconds.toFixed(1)} s:\n${message}`)
  for (const each of set) {
    const healed = await act(cwd, each.heal, env)
    t.equal(healed.code, 0, `healed: ${each.name}`, { stdout: healed.stdout, stderr: healed.stderr })
  }
}
