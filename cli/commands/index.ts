import type { CommandDefinition } from '../command.ts'
import { applyCommand } from './apply.ts'
import { destroyCommand } from './destroy.ts'
import { doctorCommand } from './doctor.ts'
import { envCommand } from './env.ts'
import { execCommand } from './exec.ts'
import { explainCommand } from './explain.ts'
import { initCommand } from './init.ts'
import { matrixCommand } from './matrix.ts'
import { outputsCommand } from './outputs.ts'
import { planCommand } from './plan.ts'
import { runCommand } from './run.ts'
import { sshConfigCommand } from './ssh-config.ts'
import { sshCommand } from './ssh.ts'
import { statusCommand } from './status.ts'
import { testCommand } from './test.ts'
import { validateCommand } from './validate.ts'

/** Every command, in the order that `--help` lists them. */
export const commands: readonly CommandDefinition[] = [
  initCommand,
  doctorCommand,
  validateCommand,
  planCommand,
  applyCommand,
  runCommand,
  testCommand,
  statusCommand,
  sshCommand,
  execCommand,
  sshConfigCommand,
  outputsCommand,
  envCommand,
  matrixCommand,
  destroyCommand,
  explainCommand,
]
