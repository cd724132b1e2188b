import type { Test } from 'tap'
import { titusBed } from './product.ts'
import type { Ended } from './product.ts'

/** Stops a testbed with two agents, looks what is said of it meanwhile, and starts it again. */
export async function stopOvernight(t: Test, cwd: string): Promise<void> {
  const bed = (...args: readonly string[]): Promise<Ended> => titusBed(cwd, ...args)
  const good = async (...args: readonly string[]) => {
    const end = await bed(...args)
    t.equal(end.code, 0, args.join(' '), { stdout: end.stdout.slice(-3000), stderr: end.stderr.slice(-3000) })
    return end.stdout
  }
  const evening = await good('outputs', 'bastion_ip')
  await good('stop')
  t.match(await good('status'), /^it is stopped since [^]*^ {2}gateway .* down[^]*^ {2}agents: 0 of 2 run$/m)
  t.match(await bed('run', 'scenarios/batch-job.yaml'), { code: 3, stderr: /testbed titus is stopped\n.*titus-bed start/ })
  await good('start')
  t.not(await good('outputs', 'bastion_ip'), evening, 'another public address, as on AWS')
  t.match(await good('status'), /agents\[1\]/, 'as many agents as somebody had scaled it to')
  await good('run', 'scenarios/everything-is-up.yaml')
}
