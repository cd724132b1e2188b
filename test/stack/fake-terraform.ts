import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { providerSource, providerVersion } from '../../stack/terraform/layout.ts'

/** Puts a program named `terraform` into a folder that runs these lines of shell in the place of each command; `init` makes what
 *  Terraform's makes, and every call is written to `calls`, a file beside the program. Returns the folder, for a PATH. */
export function fakeTerraformProgram(folder: string, commands: Readonly<Record<string, string>>): string {
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  const made = `mkdir -p .terraform/providers/${providerSource}/${providerVersion}; touch .terraform.lock.hcl .terraform/terraform.tfstate`
  const cases = Object.entries({ init: made, ...commands }).map(([name, lines]) => `${name})\n${lines}\n;;`)
  const program = ['#!/bin/sh', `echo "$*" >> "${join(bin, 'calls')}"`, 'case "$1" in', ...cases, 'esac', '']
  writeFileSync(join(bin, 'terraform'), program.join('\n'))
  chmodSync(join(bin, 'terraform'), 0o755)
  return bin
}

/** A line of Terraform's JSON, as shell that prints it. */
export function sayLine(message: object): string {
  return `cat <<'END'\n${JSON.stringify(message)}\nEND`
}

/** What Terraform says when it has begun, or done, something with a resource. */
export function hookLine(
  type: 'apply_start' | 'apply_complete' | 'apply_errored',
  address: string,
  action = 'create',
  seconds = 1,
): string {
  return sayLine({ '@level': 'info', type, hook: { resource: { addr: address }, action, elapsed_seconds: seconds } })
}
