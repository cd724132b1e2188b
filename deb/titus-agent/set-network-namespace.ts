import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { setNetworkNamespace } from './docker/oci-config.ts'

// Set-network-namespace CONFIG NAMESPACE: called by titus-runc before it creates a container.

const [config = '', namespace = ''] = process.argv.slice(2)
writeFileSync(`${config}.new`, setNetworkNamespace(readFileSync(config, 'utf8'), namespace))
renameSync(`${config}.new`, config)
