import { createSign } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Signatures } from '../metadata/index.ts'
import { runOpenssl } from '../run-program.ts'

/**
 * Makes what signs the identity documents of a region's instances, with a key and a certificate (`identity.crt`) of the region's own, which are
 * made at the first one. AWS's certificate, by which a program may judge them, has nothing to say of the lab's. Needs `openssl`.
 * @param folder  is made, mode 0700
 */
export function createSigner(folder: string): (document: string) => Promise<Signatures> {
  const [keyFile, certificateFile] = [join(folder, 'identity.key'), join(folder, 'identity.crt')]
  let made: Promise<void> | undefined
  const held = new Map<string, Promise<Signatures>>()
  const make = async (): Promise<void> => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    // The file exists with its mode before openssl writes the key into it.
    writeFileSync(keyFile, '', { mode: 0o600 })
    const subject = ['-subj', '/O=titus-bed lab/CN=ec2.amazonaws.com', '-days', '3650']
    await runOpenssl(['req', '-x509', '-newkey', 'rsa:2048', '-noenc', ...subject, '-keyout', keyFile, '-out', certificateFile])
  }
  const sign = async (document: string): Promise<Signatures> => {
    await (made ??= make().catch((error: unknown) => {
      made = undefined
      throw error
    }))
    const signer = ['-sign', '-binary', '-nodetach', '-outform', 'PEM', '-signer', certificateFile, '-inkey', keyFile]
    const seal = async (digest: string): Promise<string> =>
      (await runOpenssl(['smime', ...signer, '-md', digest], document)).replaceAll(/^-----.*\n/gm, '').trimEnd()
    const signature = createSign('RSA-SHA256').update(document).sign(readFileSync(keyFile), 'base64')
    const [pkcs7, rsa2048] = await Promise.all([seal('sha1'), seal('sha256')])
    return { pkcs7, rsa2048, signature }
  }
  return (document) => {
    const present = held.get(document) ?? sign(document)
    held.set(document, present)
    // What could not be signed is tried again.
    present.catch(() => held.delete(document))
    return present
  }
}
