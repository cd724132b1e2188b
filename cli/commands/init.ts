import { copyFile, mkdir } from 'node:fs/promises'
import { constants, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { InputError } from '../../schemas/failure.ts'
import type { CommandDefinition } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { productRoot } from '../version.ts'

const written = [
  'cluster.yaml',
  'scenarios/everything-is-up.yaml',
  'scenarios/activate-instance-group.yaml',
  'scenarios/batch-job.yaml',
  'scenarios/lib/activate.yaml',
  'scenarios/lib/active-agents.yaml',
  'scenarios/lib/submit.yaml',
  'scenarios/lib/running-task.yaml',
  'scenarios/lib/kill.yaml',
]

/** `titus-bed init`: the shipped cluster.yaml and first scenarios, to be changed at will. Overwrites nothing. */
export const initCommand: CommandDefinition = {
  name: 'init',
  arguments: [{ name: '[folder]', description: 'where to write (default: here)' }],
  summary: 'write a cluster.yaml and first scenarios to start from',
  examples: [
    ['titus-bed init', 'in this folder'],
    ['titus-bed init my-testbed', 'in a new one'],
  ],
  async run({ arguments: [folder = '.'], terminal, cwd }) {
    const target = join(cwd, folder)
    const taken = written.filter((file) => existsSync(join(target, file)))
    if (taken.length > 0) {
      throw new InputError(
        taken.map((file) => ({
          code: 'file-exists',
          severity: 'error',
          message: `${join(folder, file)} exists already`,
          hint: 'init overwrites nothing: choose another folder',
        })),
      )
    }
    for (const file of written) {
      await mkdir(dirname(join(target, file)), { recursive: true })
      await copyFile(join(productRoot(), file), join(target, file), constants.COPYFILE_EXCL)
      terminal.out(join(folder, file))
    }
    terminal.err('next: titus-bed apply')
    return exitCodes.passed
  },
}
