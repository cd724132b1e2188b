import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Workspace } from '../../stack/workspace.ts'
import { tsLoader } from '../ts-loader.ts'

/** Starts an apply in a process of its own and kills that process when Terraform has begun to make things. Terraform's process number. */
export async function killInTheMiddle(workspace: Workspace, access: object): Promise<number> {
  const module = fileURLToPath(new URL('../../stack/terraform.ts', import.meta.url))
  const options = JSON.stringify({ folder: workspace.terraform, region: 'eu-west-1', access })
  const program = `
    const { openTerraform } = await import(${JSON.stringify(module)})
    const onEvent = (event) => event.type === 'started' && console.log('making')
    await (await openTerraform({ ...${options}, onEvent })).apply()`
  const child = spawn(process.execPath, ['--import', tsLoader, '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data', { signal: AbortSignal.timeout(300_000) })
  const { pid } = JSON.parse(readFileSync(join(workspace.terraform, 'process.json'), 'utf8')) as { pid: number }
  child.kill('SIGKILL')
  await once(child, 'exit')
  return pid
}
