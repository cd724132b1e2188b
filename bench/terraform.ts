import { cp, mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { cacheFolder } from '../cli/product/folders.ts'
import { pathWithTools } from '../cli/product/tools.ts'
import { startLab, stopLab } from '../lab/index.ts'
import { terraformEnvironment } from '../stack/terraform/environment.ts'
import { outputFile, planFile, processFile, stateFile } from '../stack/terraform/layout.ts'
import { findTerraform } from '../stack/terraform/program.ts'
import { time } from './figure.ts'
import type { Bench, Figure } from './figure.ts'
import { labImages } from './images.ts'
import { runProgram } from './program.ts'

const notTheStack: readonly string[] = [stateFile, `${stateFile}.backup`, planFile, outputFile, processFile]

/** Keeps a stack that was applied, initialised and without its state.
 *  @param from  the folder that Terraform worked in
 *  @returns the copy */
export async function keepStack(from: string, folder: string): Promise<string> {
  const kept = join(folder, 'bare', 'terraform')
  await mkdir(join(folder, 'bare'), { recursive: true, mode: 0o700 })
  await cp(from, kept, { recursive: true, verbatimSymlinks: true, filter: (path) => !notTheStack.includes(relative(from, path)) })
  return kept
}

/** Terraform by itself on a kept stack, against a lab that is up and has nothing in it. */
export async function measureTerraform(bench: Bench, stack: string, region: string): Promise<readonly Figure[]> {
  const { folder, say, signal } = bench
  const stateDir = join(folder, 'bare', 'lab')
  try {
    const progress = (line: string) => say(`lab: ${line}`)
    const access = await startLab({ stateDir, cacheDir: cacheFolder(), region, images: labImages(), progress, signal })
    const path = pathWithTools()
    const env = terraformEnvironment({ ...process.env, PATH: path }, access, region)
    const program = findTerraform(path)
    const terraform = (verb: string, ...args: readonly string[]) =>
      runProgram(program, [verb, '-input=false', '-no-color', ...args], { cwd: stack, env, signal })
    say('terraform: alone on the same stack')
    const plan = await time(() => terraform('plan', '-out=bare.tfplan'))
    const apply = await time(() => terraform('apply', 'bare.tfplan'))
    const again = await time(() => terraform('plan', '-detailed-exitcode'))
    return [
      { name: 'terraform plan', cold: [plan], warm: [again], how: 'terraform alone on the same JSON, initialised, the lab up' },
      { name: 'terraform apply', cold: [apply], warm: [], how: 'the plan before, machines boot meanwhile' },
    ]
  } finally {
    await stopLab(stateDir)
  }
}
