import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Invocation } from '../../cli/command.ts'
import type { Target } from '../../cli/target/target.ts'
import type { AskedPlan } from '../../cli/testbed/confirm.ts'
import type { RaiseParts } from '../../cli/testbed/raise.ts'
import type { Hops } from '../../runner/hops/hops.ts'
import type { Exit } from '../../runner/hops/exit.ts'
import type { Machine } from '../../runner/hops/machine.ts'
import { InputError } from '../../schemas/failure.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Host, Testbed } from '../../schemas/testbed.ts'
import type { PlanSummary, Terraform } from '../../stack/terraform.ts'
import { makeWorkspace, writeTestbed } from '../../stack/workspace.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { recordTerminal } from './terminal.ts'
import type { RecordedTerminal } from './terminal.ts'

/** A folder that is removed when the test has ended. */
export function tempFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'titus-bed-cli-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function host(name: string, address: string, group?: string): Host {
  const hop = { port: 22, user: 'ubuntu', identityFile: '/keys/login', hostKeys: ['ssh-ed25519 AAAA'] }
  const bastion = { ...hop, name: 'bastion', address: '203.0.113.9' }
  const route = name === 'bastion' ? [bastion] : [bastion, { ...hop, name, address }]
  return { name, instanceId: `i-${name}`, address, user: 'ubuntu', route, ...(group === undefined ? {} : { group }) }
}

/** A raised testbed with four machines and two agents. */
export function testbedOn(target: Testbed['target'], name = 'blue'): Testbed {
  return {
    name,
    target,
    region: 'eu-west-1',
    account: '123456789012',
    hosts: [
      host('bastion', '30.0.1.10'),
      host('gateway', '30.0.100.20'),
      host('agents[0]', '30.0.100.50', 'agents'),
      host('agents[1]', '30.0.100.51', 'agents'),
    ],
    outputs: { bastion_ip: '203.0.113.9', agent_asg_name: 'blue-agents', default_sg_id: 'sg-1' },
    api: target === 'lab' ? { endpoint: 'http://127.0.0.1:4566', credentialsFile: "/it's/credentials" } : {},
  }
}

/** A host key that only this machine has, as its console shows it. */
export function hostKeyOf(instanceId: string): string {
  const mark = Buffer.from(
    instanceId
      .replaceAll(/[^A-Za-z0-9]/g, '')
      .slice(-32)
      .padEnd(32, '0'),
  )
  return `ssh-ed25519 ${Buffer.concat([Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIA==', 'base64').subarray(0, 19), mark]).toString('base64')}`
}

/** The console of a machine that has shown its host key. */
export function consoleOf(instanceId: string): string {
  return `starting\r\n-----BEGIN SSH HOST KEY KEYS-----\r\n${hostKeyOf(instanceId)} root@host\r\n-----END SSH HOST KEY KEYS-----\r\nlogin:`
}

/** The workspace of a testbed below a folder, as `apply` leaves it. */
export function raisedWorkspace(folder: string, testbed: Testbed): Workspace {
  const workspace = makeWorkspace(folder, testbed.name)
  writeTestbed(workspace, testbed)
  return workspace
}

/** What a command is given, with a terminal that keeps what is written. */
export function invocationIn(
  cwd: string,
  more: Partial<Omit<Invocation, 'terminal'>> = {},
  recorded: RecordedTerminal = recordTerminal(),
): RecordedTerminal & { readonly invocation: Invocation } {
  const { signal } = new AbortController()
  return {
    ...recorded,
    invocation: { arguments: [], options: {}, commands: [], signal, abandon: signal, cwd, ...more, terminal: recorded.terminal },
  }
}

/** The codes of the problems that some work is refused for; none when it is not refused. */
export async function refusalOf(work: Promise<unknown>): Promise<readonly string[]> {
  return (await problemsOf(work)).map(({ code }) => code)
}

/** The problems themselves. */
export async function problemsOf(work: Promise<unknown>): Promise<readonly Problem[]> {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (error === undefined) return []
  if (!(error instanceof InputError)) throw error
  return error.problems
}

/** A target that is an account, of which nothing is asked. */
export const fakeTarget: Target = {
  access: {},
  account: '123456789012',
  identity: 'arn:aws:iam::123456789012:user/me',
  zone: 'eu-west-1a',
  trustedCidr: '203.0.113.77/32',
  failedMachine: async () => undefined,
  readConsole: async (instanceId) => `${instanceId} boots`,
  bastionAt: async () => undefined,
}

/** What else raising acts through, where nothing is stopped, the agents that run are those that are wanted, and every host key is known. */
export const steadyParts = {
  stoppedMachines: async () => [],
  startMachines: async () => [],
  waitForAgents: async (describe) => describe(),
  waitForHostKeys: async (testbed) => testbed,
  waitForServices: async () => undefined,
} satisfies Partial<RaiseParts>

/** A plan that creates one thing for each name. */
export function planOf(...names: readonly string[]): PlanSummary {
  return { add: names.length, change: 0, destroy: 0, items: names.map((address) => ({ address, action: 'create' })) }
}

/** A plan that is asked about, with no more known of its changes than what they are. */
export function askedPlan(plan: PlanSummary): AskedPlan {
  return { ...plan, changes: async () => plan.items.map((item) => ({ ...item, attributes: [], knownLater: 0 })) }
}

/** A Terraform that does nothing, and keeps what it was asked for. */
export function fakeTerraform(asked: string[], { plan = planOf(), outputs = {}, apply, destroy }: Partial<FakeTerraform> = {}): Terraform {
  return {
    plan: async () => (asked.push('plan'), plan),
    changes: askedPlan(plan).changes,
    apply: async (options) => {
      asked.push(options?.planned === true ? 'apply the plan' : 'apply')
      if (apply !== undefined) throw apply
      return { ...plan, outputs }
    },
    destroy: async () => {
      asked.push('destroy')
      if (destroy !== undefined) throw destroy
      return planOf()
    },
    outputs: async () => (asked.push('outputs'), outputs),
  }
}

interface FakeTerraform {
  readonly plan: PlanSummary
  readonly outputs: Readonly<Record<string, string>>
  /** What applying ends with. */
  readonly apply: Error
  /** What destroying ends with. */
  readonly destroy: Error
}

const ended: Exit = {
  ended: 'exit',
  exitCode: 0,
  signal: null,
  stdout: '',
  stderr: '',
  cut: {},
  cleared: true,
  durationMs: 1,
}

/** An exit with these parts, all else as of a command that ended well and said nothing. */
export function exitOf(more: Partial<Exit> = {}): Exit {
  return { ...ended, ...more }
}

/** Machines whose commands come to what `answer` says; closing is kept. */
export function fakeHops(
  answer: (machine: string, argv: readonly string[], asked: number) => Exit | Error,
): Hops & { readonly closed: () => boolean } {
  const asked = new Map<string, number>()
  let closed = false
  const machine = (name: string): Machine => ({
    name,
    async exec(argv) {
      const count = (asked.get(name) ?? 0) + 1
      asked.set(name, count)
      const answered = answer(name, argv, count)
      if (answered instanceof Error) throw answered
      return answered
    },
    pipe: () => Promise.reject(new Error('no pipe here')),
    dial: () => Promise.reject(new Error('no dialling here')),
  })
  return { machine, local: machine('local'), listen: () => () => undefined, close: async () => void (closed = true), closed: () => closed }
}
