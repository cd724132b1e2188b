import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Cluster } from '../schemas/cluster.ts'
import { inputError, TestbedError } from '../schemas/failure.ts'
import { whyUnreadable } from '../system/why-unreadable.ts'
import { mostBytes, readRegularFile } from '../system/regular-file.ts'
import { writeDurably } from '../system/durable-file.ts'
import { resolveUserPath } from '../system/user-path.ts'
import { makeKeyPair } from './keys.ts'
import type { KeyPairText } from './keys.ts'
import { readStateFile } from './state-file.ts'
import type { Workspace } from './workspace.ts'

/** The login key of a testbed. */
export interface LoginKey {
  /** One line, as in `id_ed25519.pub`. */
  readonly publicKey: string
  /** The private key's file: an absolute path. */
  readonly identityFile: string
}

/** The user's own key where cluster.yaml names one (the private key is the file without `.pub`), else one made for this testbed.
 *  @throws InputError when a file of the user's key is not there */
export function loadLoginKey(workspace: Workspace, access: Pick<Cluster['access'], 'publicKey' | 'trustedCidr'>): LoginKey {
  if (access.publicKey === undefined) {
    return { publicKey: loadKey(workspace, 'login', `titus-bed ${workspace.name}`).publicKey, identityFile: join(workspace.keys, 'login') }
  }
  const publicFile = resolveUserPath(access.publicKey, process.cwd())
  const identityFile = publicFile.replace(/\.pub$/, '')
  const missing = [publicFile, identityFile].find((file) => !existsSync(file))
  if (missing !== undefined || identityFile === publicFile) {
    const message = `access.publicKey: ${missing ?? publicFile} is not ${missing === undefined ? 'a `.pub` file' : 'there'}`
    const hint = `make one with: ssh-keygen -t ed25519 -f ${identityFile}; or leave out access.publicKey, then titus-bed makes its own`
    throw inputError({ code: 'no-such-key', path: ['access', 'publicKey'], message, hint })
  }
  return { publicKey: readPublicKey(publicFile), identityFile }
}

function readPublicKey(file: string): string {
  try {
    return readRegularFile(file, mostBytes.text).toString('utf8').trim()
  } catch (error) {
    throw inputError({
      code: 'no-such-key',
      path: ['access', 'publicKey'],
      message: `access.publicKey: ${file} ${whyUnreadable(error)}`,
      hint: 'name a file that ssh-keygen made',
    })
  }
}

/** @throws TestbedError when half of the key is gone, or a file of it is no key: a new one would not open machines that run */
function loadKey(workspace: Workspace, name: string, comment: string): KeyPairText {
  const [privateFile, publicFile] = [join(workspace.keys, name), join(workspace.keys, `${name}.pub`)]
  const cure = 'put back a whole one: machines that run have no other; or titus-bed destroy, remove both files of the key, and apply'
  const privateKey = readStateFile(privateFile, cure)
  const publicKey = readStateFile(publicFile, cure)?.trim()
  if (privateKey !== undefined && publicKey !== undefined) {
    if (!privateKey.startsWith('-----BEGIN ')) throw new TestbedError(`${privateFile} is damaged: it holds no private key`, { hint: cure })
    if (!publicKey.startsWith('ssh-')) throw new TestbedError(`${publicFile} is damaged: it holds no public key`, { hint: cure })
    return { privateKey, publicKey }
  }
  const missing = [privateFile, publicFile].filter((_, index) => [privateKey, publicKey][index] === undefined)
  if (missing.length === 1) throw new TestbedError(`${missing[0]} is not there, and the other half of the key is`, { hint: cure })
  const made = makeKeyPair(comment)
  writeDurably(privateFile, made.privateKey)
  writeDurably(publicFile, `${made.publicKey}\n`)
  return made
}
