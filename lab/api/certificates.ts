import { X509Certificate } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runOpenssl } from '../run-program.ts'

const days = 365
const renewBeforeMs = 24 * 3_600_000

/** Where the lab's certificates are: absolute paths. The CA's key never leaves its folder (mode 0600). */
export interface Certificates {
  /** The lab's CA, for machines and containers to trust (PEM). */
  readonly caFile: string
  readonly certificateFile: string
  readonly keyFile: string
}

/** The names that the lab serves: those of AWS in one region, and those of Docker Hub. */
export function serverNames(region: string): readonly string[] {
  return [
    'amazonaws.com',
    '*.amazonaws.com',
    `*.${region}.amazonaws.com`,
    `*.dualstack.${region}.amazonaws.com`,
    '*.s3.amazonaws.com',
    `*.s3.${region}.amazonaws.com`,
    `*.s3-${region}.amazonaws.com`,
    `*.s3.dualstack.${region}.amazonaws.com`,
    `*.${region}.api.aws`,
    'docker.io',
    '*.docker.io',
    '*.docker.com',
    '*.cloudflare.docker.com',
  ]
}

/**
 * Makes the lab's CA and a server certificate (EC P-256, one year) in a folder of their own, or takes those that are there while
 * they are good for another day and carry the names. Needs `openssl`.
 * @param stateDir  an existing folder
 */
export async function prepareCertificates(stateDir: string, region: string): Promise<Certificates> {
  const folder = join(stateDir, 'tls')
  const names = serverNames(region)
  if (!(await isGood(folder, names))) await makeAll(folder, names)
  return { caFile: join(folder, 'ca.crt'), certificateFile: join(folder, 'server.crt'), keyFile: join(folder, 'server.key') }
}

async function isGood(folder: string, names: readonly string[]): Promise<boolean> {
  try {
    const ca = new X509Certificate(await readFile(join(folder, 'ca.crt')))
    const server = new X509Certificate(await readFile(join(folder, 'server.crt')))
    await readFile(join(folder, 'server.key'))
    const present = (server.subjectAltName ?? '').split(', ')
    const until = Math.min(Date.parse(ca.validTo), Date.parse(server.validTo))
    return server.verify(ca.publicKey) && until - Date.now() > renewBeforeMs && names.every((name) => present.includes(`DNS:${name}`))
  } catch {
    return false
  }
}

/** In a folder aside, moved into place when all is there: an interruption leaves no half of a pair. */
async function makeAll(folder: string, names: readonly string[]): Promise<void> {
  const draft = `${folder}.new`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  const at = (name: string): string => join(draft, name)
  await makeKey(at('ca.key'))
  await makeKey(at('server.key'))
  await writeFile(at('ca.cnf'), caConfiguration)
  await writeFile(at('server.cnf'), serverConfiguration(names))
  await runOpenssl(['req', '-x509', '-new', '-key', at('ca.key'), '-days', `${days}`, '-config', at('ca.cnf'), '-out', at('ca.crt')])
  await runOpenssl(['req', '-new', '-key', at('server.key'), '-config', at('server.cnf'), '-out', at('server.csr')])
  const issuer = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', `${days}`]
  const extensions = ['-extfile', at('server.cnf'), '-extensions', 'extensions']
  await runOpenssl(['x509', '-req', '-in', at('server.csr'), ...issuer, ...extensions, '-out', at('server.crt')])
  await rm(folder, { recursive: true, force: true })
  await rename(draft, folder)
}

/** The file exists with its mode before openssl writes the key into it. */
async function makeKey(file: string): Promise<void> {
  await writeFile(file, '', { mode: 0o600 })
  await runOpenssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', file])
}

const caConfiguration = `[req]
distinguished_name = name
x509_extensions = extensions
prompt = no
[name]
CN = titus-bed lab CA
[extensions]
basicConstraints = critical, CA:true, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
`

function serverConfiguration(names: readonly string[]): string {
  return `[req]
distinguished_name = name
prompt = no
[name]
CN = titus-bed lab
[extensions]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
authorityKeyIdentifier = keyid
subjectAltName = ${names.map((name) => `DNS:${name}`).join(',')}
`
}
