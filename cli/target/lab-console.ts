/** What a machine of a lab said last on its console, and in its first boot; empty where it is not made yet, as EC2 has it.
 *  @throws TestbedError when the lab does not answer: then nothing is known of what the machine said */
export async function readLabConsole(stateDir: string, instanceId: string): Promise<string> {
  const { readMachineLog } = await import('../../lab/list-machines.ts')
  return (await readMachineLog(stateDir, instanceId)) ?? ''
}
