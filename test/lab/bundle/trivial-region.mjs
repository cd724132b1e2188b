// A region that does nothing: keeps a mount, a network namespace with a link, and a process of its own, and says that it is ready.
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync, writeSync } from 'node:fs'
import { createServer } from 'node:net'

const [stateDir, manner] = process.argv.slice(2)
const say = (message) => writeSync(3, `${JSON.stringify(message)}\n`)
if (manner === 'broken') {
  process.stderr.write('the emulator is missing\n')
  process.exit(7)
}
say({ type: 'progress', line: 'making things to leave behind' })
mkdirSync(`${stateDir}/mounted`, { recursive: true })
execFileSync('mount', ['-t', 'tmpfs', 'titus-bed-test', `${stateDir}/mounted`])
execFileSync('ip', ['netns', 'add', 'machine'])
execFileSync('ip', ['link', 'add', 'tbtest0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', 'machine'])
execFileSync('ip', ['addr', 'add', '30.0.1.1/32', 'dev', 'lo'])
spawn('sleep', ['100000'], { stdio: 'ignore', detached: true }).unref()
writeFileSync(`${stateDir}/mounted/file`, 'x')
if (manner === 'silent') setInterval(() => undefined, 1000)
else {
  // Answers relays with what was asked for, and the API with a line
  const relay = createServer((socket) => {
    socket.once('data', (data) => {
      const wanted = data.toString().trim()
      if (wanted.endsWith(' 1')) return socket.end('ECONNREFUSED\n')
      socket.write('ok\n')
      socket.end(wanted)
    })
  })
  // A socket's path holds 108 bytes
  process.chdir(stateDir)
  relay.listen('relay.sock')
  createServer((socket) => socket.end('the API')).listen('api.sock', () => {
    say({
      type: 'ready',
      access: { region: 'eu-west-1', account: '123456789012', credentialsFile: '/none', internetAddress: '203.0.113.1' },
    })
  })
}
