import { setTimeout as delay } from 'node:timers/promises'
import { openInstanceMetadata } from './aws/instance-metadata.ts'
import { createRoleCredentials } from './metadata-proxy/role-credentials.ts'
import { createMetadataProxy } from './metadata-proxy/server.ts'
import { metadataPort } from './network/routing.ts'
import { addressFolder, loadAddressRecord } from './task/record.ts'

// The program titus-metadata-proxy answers tasks at 169.254.169.254. It listens on the agent's own address; the executor's packet filter
// lets only tasks in.

function log(line: string): void {
  console.error(line)
}

async function main(): Promise<void> {
  const { env } = process
  const metadata = openInstanceMetadata(env['AWS_EC2_METADATA_SERVICE_ENDPOINT'])
  let place: { readonly region: string; readonly address: string } | undefined
  while (place === undefined) {
    try {
      const [zone, address] = await Promise.all(
        ['placement/availability-zone', 'local-ipv4'].map((path) => metadata.read(`meta-data/${path}`)),
      )
      if (zone && address) place = { region: zone.trim().replace(/[a-z]$/, ''), address: address.trim() }
    } catch (error) {
      log(`waiting for the metadata service: ${String(error)}`)
    }
    if (place === undefined) await delay(1_000)
  }
  const { region, address } = place
  const endpoint = env['AWS_ENDPOINT_URL']
  const credentials = createRoleCredentials({ region, credentials: metadata.credentials, ...(endpoint === undefined ? {} : { endpoint }) })
  const findTask = (source: string) => loadAddressRecord(addressFolder, source)
  const server = createMetadataProxy({ findTask, credentials, metadata, log })
  server.on('error', (error) => {
    log(error.message)
    process.exit(1)
  })
  server.listen(metadataPort, address, () => log(`listening on ${address}:${metadataPort}`))
  process.on('SIGTERM', () => process.exit(0))
}

main().catch((error: unknown) => {
  log(String(error))
  process.exit(1)
})
