import t from 'tap'
import { buildStockFiles } from '../../../lab/region/stock-files.ts'

t.test('a stock machine knows the servers of the distribution, and waits for no address', async (t) => {
  const files = buildStockFiles([{ uri: 'https://deb.debian.org/debian/', suite: 'bookworm', component: 'main' }])
  t.match(files, [
    { path: 'etc/apt/sources.list.d/lab.list', text: 'deb http://deb.debian.org/debian/ bookworm main\n', mode: 0o644 },
    { path: 'etc/dhcp/dhclient.conf', text: /^timeout 1;$/m },
  ])
})
