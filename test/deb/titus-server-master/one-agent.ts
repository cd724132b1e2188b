import { FakeTitus } from '../titus-server-gateway/api.ts'

/** What an agent tells of the network of a task that runs. */
export const details = {
  ipAddresses: { nfvpc: '30.0.100.55' },
  NetworkConfiguration: {
    IsRoutableIP: true,
    IPAddress: '30.0.100.55',
    EniIPAddress: '30.0.100.50',
    EniID: 'eni-1',
    ResourceID: 'resource-eni-0',
  },
}

/** A cluster with one active agent that has room for everything but launches one task at a time. */
export function cluster(): FakeTitus {
  const titus = new FakeTitus()
  titus.offer('a', { resources: { cpus: 64, mem: 65536, disk: 65536, network: 9000, ports: '' } })
  titus.pass(0)
  titus.activate()
  return titus
}

/** Runs the only task of a new job up to Started. */
export function started(job: unknown): { titus: FakeTitus; job: string; task: string } {
  const titus = cluster()
  const id = titus.create(job)
  titus.pass(0)
  const task = titus.tasks()[0].id
  titus.update(task, 'TASK_RUNNING', 'running', details)
  return { titus, job: id, task }
}

/** The tasks that were to be killed, in order. */
export function kills(titus: FakeTitus): string[] {
  return titus.effects.flatMap((effect) => (effect.type === 'kill' ? [effect.taskId] : []))
}
