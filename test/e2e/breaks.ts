import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { RunReport } from '../../runner/report.ts'
import type { Testbed } from '../../schemas/testbed.ts'
import { root, start, titusBed } from './product.ts'
import type { Ended } from './product.ts'

/** A script, and the machine where it runs as root; without one it runs on this computer. */
export interface Act {
  readonly on?: string
  readonly script: string
}

/** A way to break a testbed; breaks.yaml says what its keys mean. */
export interface Break {
  readonly name: string
  readonly together?: string
  readonly break: Act
  readonly heal: Act
  readonly notice: string
  readonly verdict: 'failed' | 'errored'
  readonly says: readonly string[]
}

/** What a scenario made of a break. */
export interface Noticed {
  readonly verdict: string
  /** The step that went red and why, as its report tells it. */
  readonly message: string
  readonly seconds: number
  readonly code: number | null
}

/** The ways to break a testbed, in the order of the file, those that are made at the same time as one.
 *  @throws Error when such do not agree on who notices, and how */
export function readBreaks(): readonly (readonly Break[])[] {
  const breaks = parse(readFileSync(join(root, 'test/e2e/breaks.yaml'), 'utf8')) as readonly Break[]
  const sets = new Map<string, readonly Break[]>()
  for (const each of breaks) {
    const name = each.together ?? each.name
    const [first = each, ...others] = sets.get(name) ?? []
    if (first.notice !== each.notice || first.verdict !== each.verdict)
      throw new Error(`${name}: one scenario notices, and has one verdict`)
    sets.set(name, first === each ? [each] : [first, ...others, each])
  }
  return [...sets.values()]
}

/** Does what breaks or heals.
 *  @param cwd  the folder of the testbed
 *  @param env  what points the aws CLI at the lab, and the outputs of the testbed */
export function act(cwd: string, { on, script }: Act, env: Readonly<Record<string, string>>): Promise<Ended> {
  const here = ['sh', '-euc', script]
  const [program = '', ...args] = on === undefined ? here : ['titus-bed', 'exec', on, '--', 'sudo', ...here]
  return start(program, args, cwd, { env, timeoutMs: 120_000 }).ended
}

/** Runs the scenario that must notice. */
export async function notice(cwd: string, scenario: string, env: Readonly<Record<string, string>>): Promise<Noticed> {
  const startedAt = performance.now()
  const end = await start('titus-bed', ['run', `scenarios/${scenario}.yaml`, '--reporter', 'json'], cwd, { env }).ended
  const seconds = (performance.now() - startedAt) / 1000
  try {
    const report = JSON.parse(end.stdout) as RunReport
    return { verdict: report.outcome, message: tellRed(report), seconds, code: end.code }
  } catch {
    return { verdict: 'no report', message: end.stdout + end.stderr, seconds, code: end.code }
  }
}

/** The steps that went red, outermost first, each with what did not hold and why it could not be tested. */
function tellRed({ scenarios }: RunReport): string {
  const red = scenarios.flatMap(({ steps }) => steps).filter(({ outcome }) => outcome === 'failed' || outcome === 'errored')
  return red
    .map(({ name, host, checks, problem }) => {
      const missed = checks.filter(({ passed }) => !passed).map(({ subject, explanation }) => `${subject}: ${explanation}`)
      const why = problem === undefined ? [] : [problem.message, problem.hint ?? '']
      return [host === undefined ? name : `${name} [${host}]`, ...missed, ...why].join('\n  ')
    })
    .join('\n')
}

/** What the scripts see: the aws CLI's way to the lab, the program, the outputs of the testbed, the ids of its security groups and machines. */
export async function environmentOf(cwd: string): Promise<Readonly<Record<string, string>>> {
  const bed = async (...args: readonly string[]) => (await titusBed(cwd, ...args)).stdout
  const variables = await bed('env')
  const base = { PATH: `${cwd}:${process.env['PATH']}`, AWS_PAGER: '' }
  const toLab = Object.fromEntries([...variables.matchAll(/export (\w+)='?([^'\n]*)'?/g)].map(([, name = '', value = '']) => [name, value]))
  const told = JSON.parse(await bed('outputs', '--json')) as Record<string, string>
  const query = ['--filters', `Name=vpc-id,Values=${told['vpc_id']}`, '--query', 'SecurityGroups[].[GroupName, GroupId]']
  const described = await start('aws', ['ec2', 'describe-security-groups', '--output', 'json', ...query], cwd, {
    env: { ...base, ...toLab },
  }).ended
  const groups = JSON.parse(described.stdout) as readonly (readonly [string, string])[]
  const machines = JSON.parse(readFileSync(join(cwd, '.titus-bed/titus/testbed.json'), 'utf8')) as Testbed
  const named = [
    ...Object.entries(told),
    ...groups.map(([name, id]) => [`sg_${name}`, id] as const),
    ...machines.hosts.map(({ name, instanceId }) => [`id_${name}`, instanceId] as const),
  ].map(([name, value]) => [name.toUpperCase().replaceAll(/\W/g, '_'), value])
  return { ...base, ...toLab, ...Object.fromEntries(named) } as Record<string, string>
}
