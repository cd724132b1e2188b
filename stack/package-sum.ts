import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { requireRegular } from '../system/regular-file.ts'

/** More than any package of a server has. */
const mostBytes = 2 ** 30

/** The SHA-256 of a package's file: 64 hexadecimal digits.
 *  @throws the error of a file that cannot be read, is none, or is larger than a package can be */
export async function packageSum(path: string): Promise<string> {
  requireRegular(await stat(path), mostBytes)
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
