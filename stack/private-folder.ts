import { TestbedError } from '../schemas/failure.ts'
import { makePrivateFolder } from '../system/durable-file.ts'

/** Makes a folder of a workspace, and those above it, for the owner alone. Returns its path.
 *  @throws TestbedError when it cannot be made, or belongs to somebody else */
export function privateFolder(path: string): string {
  try {
    makePrivateFolder(path)
    return path
  } catch (cause) {
    throw new TestbedError(`the folder ${path} cannot be made or is not ours: ${(cause as Error).message}`, {
      cause,
      hint: 'work in a folder that can be written, as the user who made it (with sudo, if it was with sudo)',
    })
  }
}
