import { readFileSync } from 'node:fs'
import { writeDurably } from '../../system/durable-file.ts'
import { findLogFolder, setNetworkNamespace } from './docker/oci-config.ts'

// Usage: set-network-namespace CONFIG NAMESPACE. Called by titus-runc before it creates a container. Prints the folder of the host that the
// container sees as /logs.

const [config = '', namespace = ''] = process.argv.slice(2)
const text = readFileSync(config, 'utf8')
writeDurably(config, setNetworkNamespace(text, namespace))
console.log(findLogFolder(text) ?? '')
