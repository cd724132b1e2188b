import type { MachineFile } from '../machines/machine-files.ts'
import { renderSources } from '../mirror/index.ts'
import type { Mirror } from '../mirror/index.ts'

/** What a stock machine has from the start: the servers that its apt asks, and a word to who would wait a minute for an answer of DHCP. */
export function buildStockFiles(mirrors: readonly Mirror[]): readonly MachineFile[] {
  return [
    { path: 'etc/apt/sources.list.d/lab.list', text: renderSources(mirrors) },
    { path: 'etc/dhcp/dhclient.conf', text: '# The lab has given the first interface its address, and nobody answers here.\ntimeout 1;\n' },
  ].map((file) => ({ ...file, mode: 0o644 }))
}
