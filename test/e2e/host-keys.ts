import type { Test } from 'tap'
import type { Testbed } from '../../schemas/testbed.ts'
import { shownHostKeys } from '../../stack/shown-host-keys.ts'
import { titusBed } from './product.ts'
import type { Ended } from './product.ts'

const privateKey = 'PRIVATE KEY'

/** Looks, on a testbed that has just got a second agent, where its host keys come from, and that no user data holds a private one.
 *  @param aws  the CLI, pointed at its API */
export async function lookAtHostKeys(t: Test, cwd: string, aws: (...args: readonly string[]) => Promise<Ended>): Promise<void> {
  const ran = await titusBed(cwd, 'run', 'scenarios/activate-instance-group.yaml')
  t.equal(ran.code, 0, 'a run waits for the key of the new agent', { stderr: ran.stderr })
  const { hosts } = JSON.parse((await titusBed(cwd, 'status', '--json')).stdout) as Testbed
  const keys = hosts.map(({ route }) => route.at(-1)?.hostKeys[0] ?? '')
  t.equal(new Set(keys).size, 6, 'four machines and two agents')
  const text = async (...args: readonly string[]) => (await aws('ec2', ...args, '--output', 'text')).stdout
  for (const [index, { name, instanceId }] of hosts.entries()) {
    const id = ['--instance-id', instanceId]
    t.same(shownHostKeys(await text('get-console-output', ...id, '--query', 'Output')), [keys[index]], name)
    const userData = await text('describe-instance-attribute', ...id, '--attribute', 'userData', '--query', 'UserData.Value')
    checkUserData(t, userData, name)
  }
  const latest = ['--launch-template-name', 'titusagent', '--versions', '$Latest']
  const query = 'LaunchTemplateVersions[0].LaunchTemplateData.UserData'
  checkUserData(t, await text('describe-launch-template-versions', ...latest, '--query', query), 'the launch template')
}

function checkUserData(t: Test, base64: string, whose: string): void {
  const script = Buffer.from(base64, 'base64').toString()
  t.match(script, /^#!\/bin\/bash\n/, whose)
  t.notMatch(script, privateKey, whose)
}
