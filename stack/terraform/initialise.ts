import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { writeDurably } from '../../system/durable-file.ts'
import { readStateFile, removeAnd } from '../state-file.ts'
import { terraformFailure } from './terraform-failure.ts'
import { initFile, providerSource, providerVersion } from './layout.ts'
import { runTerraform } from './run.ts'
import type { TerraformRun } from './run.ts'

const timeoutMs = 600_000

/** What is ended early is done again by the next command. */
const graceMs = 500

/** Makes Terraform ready in its folder: state backend and provider. Done once; a folder that was initialised by the same program with
 *  the same provider is left alone, which saves seconds at every command.
 *  @param mirror  a folder that has the provider; without one Terraform gets it where its configuration, or else the network, has it
 *  @throws TestbedError when it cannot be had */
export async function initialise(run: Omit<TerraformRun, 'arguments' | 'onLine' | 'timeoutMs'>, mirror: string | undefined): Promise<void> {
  const stamp = JSON.stringify({ program: run.program, mirror: mirror ?? null, provider: `${providerSource} ${providerVersion}` })
  const stampFile = join(run.folder, initFile)
  const isReady = readStateFile(stampFile, removeAnd(stampFile, 'type the command again')) === stamp && hasWhatInitMakes(run.folder)
  if (isReady) return

  const lines: string[] = []
  const from = mirror === undefined ? [] : [`-plugin-dir=${mirror}`]
  const onLine = (line: string) => void lines.push(line)
  const status = await runTerraform({ ...run, arguments: ['init', '-input=false', '-no-color', ...from], onLine, timeoutMs, graceMs })
  if (status !== 0) throw terraformFailure('init', [], lines)
  writeDurably(stampFile, stamp)
}

function hasWhatInitMakes(folder: string): boolean {
  const made = [
    '.terraform.lock.hcl',
    join('.terraform', 'terraform.tfstate'),
    join('.terraform', 'providers', providerSource, providerVersion),
  ]
  return made.every((name) => existsSync(join(folder, name)))
}
