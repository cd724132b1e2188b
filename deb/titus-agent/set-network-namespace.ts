import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { setNetworkNamespace } from './docker/oci-config.ts'

// Usage: set-network-namespace CONFIG NAMESPACE. Called by titus-runc before it creates a container.

const [config = '', namespace = ''] = process.argv.slice(2)
writeFileSync(`${config}.new`, setNetworkNamespace(readFileSync(config, 'utf8'), namespace))
renameSync(`${config}.new`, config)
