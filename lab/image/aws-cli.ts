import { existsSync } from 'node:fs'
import { readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** The AWS command line interface as a Debian package. */
export const awsCliPackage = 'awscli'

/** Packages that awscli depends on for its manual pages alone. */
export const awsCliManualPackages: readonly string[] = ['groff-base', 'libuchardet0', 'lsb-release', 'sgml-base', 'xml-core']

/**
 * Takes the parts out of an unpacked awscli that the lab has no use for: 100 of 156 MB are descriptions of services.
 * Those in `aws-services.txt` stay; awscli's customisations load about twenty of them whatever it is called for and die where one is missing.
 */
export async function trimAwsCli(tree: string): Promise<void> {
  const root = join(tree, 'usr/lib/python3/dist-packages/awscli')
  if (!existsSync(root)) return
  const kept = new Set((await readFile(new URL('./aws-services.txt', import.meta.url), 'utf8')).trim().split('\n'))
  const data = join(root, 'botocore/data')
  for (const entry of await readdir(data, { withFileTypes: true })) {
    if (entry.isDirectory() && !kept.has(entry.name)) await rm(join(data, entry.name), { recursive: true })
  }
  for (const path of ['examples', 'data/ac.index']) await rm(join(root, path), { recursive: true, force: true })
}
