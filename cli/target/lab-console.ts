import { TestbedError } from '../../schemas/failure.ts'

/** What a machine of a lab said last on its console, and in its first boot; empty where it is not made yet, as EC2 has it. */
export async function readLabConsole(stateDir: string, instanceId: string): Promise<string> {
  const { readMachineLog } = await import('../../lab/list-machines.ts')
  return readMachineLog(stateDir, instanceId).catch((error: unknown) => {
    if (error instanceof TestbedError) return ''
    throw error
  })
}
