import { readFileSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import type { Test } from 'tap'
import { root, titusBed } from './product.ts'

/** Runs agent-lost on a testbed with two agents: green, then red, with the other agent down. It must leave both as they were. */
export async function loseAnAgent(t: Test, cwd: string): Promise<void> {
  const scenario = ['run', 'scenarios/agent-lost.yaml', '--reporter', 'spec']
  const green = await titusBed(cwd, ...scenario)
  t.equal(green.code, 0, 'two agents', { stdout: green.stdout.slice(-3000) })
  const file = join(cwd, 'scenarios/agent-lost.yaml')
  const whole = readFileSync(file, 'utf8')
  // What never comes need not be waited for as long as what comes late.
  writeFileSync(file, whole.replace('within: 4m', 'within: 40s'))
  const agent = (verb: string) => titusBed(cwd, 'exec', 'agents[1]', '--', 'sudo', 'systemctl', verb, 'mesos-agent')
  t.equal((await agent('stop')).code, 0, 'one agent takes nothing')
  const red = await titusBed(cwd, ...scenario)
  t.equal(red.code, 1, 'nowhere to go', { stdout: red.stdout.slice(-3000) })
  t.match(red.stdout, /not ok another task has taken its place[^]*ok +heal: reconnect agents\[0\]/)
  writeFileSync(file, whole)
  t.equal((await agent('start')).code, 0, 'it takes work again')
}

/** Breaks the gateway in every way that the lab has, and looks whether it is whole afterwards. */
export async function breakTheGateway(t: Test, cwd: string): Promise<void> {
  await cp(join(root, 'test/e2e/faults.yaml'), join(cwd, 'faults.yaml'))
  const end = await titusBed(cwd, 'run', 'faults.yaml', '--reporter', 'spec')
  t.equal(end.code, 0, 'run', { stdout: end.stdout.slice(-3000), stderr: end.stderr.slice(-1000) })
  t.match(end.stdout, /heal: reconnect gateway[^]*heal: free the disk of gateway/, 'the last first')
  const usage = await titusBed(cwd, 'exec', 'gateway', '--', 'df', '--output=pcent', '/')
  t.ok(Number(usage.stdout.replaceAll(/\D/g, '')) < 50, usage.stdout)
  // A kernel without netem cannot delay, which is told as that.
  const late = `scenario: late
steps:
  - { host: gateway, machine: { slow: { delay: 300ms } } }
  - { host: gateway, run: 'true', expect: { duration: { gt: 0.25 } } }
`
  writeFileSync(join(cwd, 'late.yaml'), late)
  const delayed = await titusBed(cwd, 'run', 'late.yaml', '--reporter', 'spec')
  if (delayed.code !== 0) t.match([delayed.code, delayed.stdout], [3, /no netem/])
}
