import { runProgram } from '../run-program.ts'

/** How fast what leaves an interface gets on; without a delay and a rate it is as fast as ever. */
export interface Shape {
  readonly delayMs?: number
  readonly jitterMs?: number
  readonly bitsPerSecond?: number
}

/** The kernel of this computer has no netem, without which nothing can be delayed. */
export class NoNetem extends Error {
  override readonly name = 'NoNetem'
}

/** A burst of a hundredth of a second, and at least of some packets (tbf passes none that is larger). */
const [burstsPerSecond, leastBurstBytes] = [100, 16_000]

/**
 * The arguments of tc(8) by which an interface sends as a shape says.
 * A delay takes netem, which not every kernel has; a rate alone takes tbf, which every kernel has.
 * @see tc-netem(8), tc-tbf(8)
 */
export function buildShapeCommand(namespace: string, device: string, { delayMs, jitterMs, bitsPerSecond }: Shape): readonly string[] {
  const tc = (verb: string) => ['tc', '-netns', namespace, 'qdisc', verb, 'dev', device, 'root']
  if (delayMs !== undefined) {
    const rate = bitsPerSecond === undefined ? [] : ['rate', `${bitsPerSecond}bit`]
    return [...tc('replace'), 'netem', 'delay', `${delayMs}ms`, ...(jitterMs === undefined ? [] : [`${jitterMs}ms`]), ...rate]
  }
  if (bitsPerSecond === undefined) return tc('delete')
  const burst = Math.max(leastBurstBytes, Math.ceil(bitsPerSecond / 8 / burstsPerSecond))
  return [...tc('replace'), 'tbf', 'rate', `${bitsPerSecond}bit`, 'burst', `${burst}b`, 'latency', '400ms']
}

/** Makes an interface of a machine send as a shape says. @throws NoNetem when it cannot be delayed here */
export async function shapeLink(namespace: string, device: string, shape: Shape): Promise<void> {
  const command = buildShapeCommand(namespace, device, shape)
  try {
    await runProgram(command)
  } catch (error) {
    const said = String(error)
    // An interface that was never shaped has nothing to take away.
    if (command.includes('delete') && /handle of zero|No such file/.test(said)) return
    if (command.includes('netem') && /qdisc kind is unknown/.test(said))
      throw new NoNetem('the kernel of this computer has no netem (CONFIG_NET_SCH_NETEM), without which nothing can be delayed', {
        cause: error,
      })
    throw error
  }
}
