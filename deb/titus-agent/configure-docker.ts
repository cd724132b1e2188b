import { mkdirSync, readFileSync } from 'node:fs'
import { writeDurably } from '../../system/durable-file.ts'
import { mergeDaemonSettings } from './docker/daemon-settings.ts'

// The program configure-docker runs when the package is installed, and prints what Docker has to do: `nothing`, `reload` or `restart`.

const file = '/etc/docker/daemon.json'

function readIfThere(): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

try {
  const { text, action } = mergeDaemonSettings(readIfThere(), '/opt/titus-agent/bin/titus-runc')
  if (action !== 'nothing') {
    mkdirSync('/etc/docker', { recursive: true })
    writeDurably(file, text, 0o644)
  }
  console.log(action)
} catch (error) {
  console.error(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
