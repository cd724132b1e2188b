import { readFileSync } from 'node:fs'
import { writeDurably } from '../../system/durable-file.ts'
import { setNetworkNamespace } from './docker/oci-config.ts'

// Usage: set-network-namespace CONFIG NAMESPACE. Called by titus-runc before it creates a container.

const [config = '', namespace = ''] = process.argv.slice(2)
writeDurably(config, setNetworkNamespace(readFileSync(config, 'utf8'), namespace))
