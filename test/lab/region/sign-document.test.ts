import { createVerify, X509Certificate } from 'node:crypto'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createSigner } from '../../../lab/region/sign-document.ts'
import { runProgram } from '../../../lab/run-program.ts'

t.test('an identity document is signed in the three ways that EC2 has, as openssl verifies them', async (t) => {
  const folder = join(t.testdir(), 'identity')
  const sign = createSigner(folder)
  const document = '{\n  "instanceId" : "i-0a"\n}'
  const { signature, pkcs7, rsa2048 } = await sign(document)
  const certificateFile = join(folder, 'identity.crt')
  const { publicKey } = new X509Certificate(readFileSync(certificateFile))
  t.ok(createVerify('RSA-SHA256').update(document).verify(publicKey, signature, 'base64'))
  t.equal(statSync(join(folder, 'identity.key')).mode & 0o777, 0o600)
  for (const sealed of [pkcs7, rsa2048]) {
    t.match(sealed, /^[A-Za-z0-9+/=\n]+$/, 'without the lines around it')
    const file = join(folder, 'sealed')
    writeFileSync(file, `-----BEGIN PKCS7-----\n${sealed}\n-----END PKCS7-----\n`)
    const verify = ['smime', '-verify', '-inform', 'PEM', '-in', file, '-certfile', certificateFile, '-noverify']
    t.equal(await runProgram(['openssl', ...verify]), document)
  }
  t.not(pkcs7, rsa2048)
  t.equal(await sign(document), await sign(document), 'once for each document')
})

t.test('a key that could not be made is tried again', async (t) => {
  const place = t.testdir({ taken: '' })
  const sign = createSigner(join(place, 'taken', 'identity'))
  await t.rejects(sign('{}'))
  rmSync(join(place, 'taken'))
  t.match(await sign('{}'), { signature: /^[A-Za-z0-9+/=]+$/ })
})
