import t from 'tap'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { buildEnvironment, buildNamespaceCommand } from '../../../lab/bundle/namespaces.ts'
import { buildNodeCommand } from '../../../lab/bundle/node-program.ts'

t.test('packets go where the security groups let them, and nowhere else', async (t) => {
  const [file = '', ...args] = buildNamespaceCommand(buildNodeCommand(new URL('./routed-region.ts', import.meta.url)))
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: buildEnvironment(process.env),
    timeout: 60_000,
    killSignal: 'SIGKILL',
  })
  let text = ''
  child.stdout.on('data', (data: Buffer) => (text += data.toString()))
  await once(child, 'close')
  t.same(JSON.parse(text), {
    'the bastion logs in to a machine': 'open',
    'the bastion and another port': 'silent',
    'a machine and the bastion': 'silent',
    'members of a group that names itself': 'open',
    'a group without egress rules': 'silent',
    'another VPC': 'silent',
    'beyond the region': 'ENETUNREACH',
    'an address of another': 'silent',
    'the internet and the bastion': 'open',
    'the internet and another port': 'silent',
    'the internet and a private machine': 'EHOSTUNREACH',
    'after the rules are gone': 'silent',
    'a connection from before': 'still here',
    'isolated, the bastion logs in': 'open',
    'isolated, one of its group': 'silent',
    'a partition between two': 'silent, open to a third',
    'all is lost': 'silent',
    'a connection of who is isolated': 'cut',
    'and when it is healed': 'it goes on',
    'a rate': 'tbf',
    'a delay': 'netem',
    'and none any more': 'noqueue',
    "the router's own addresses": '10.9.0.2 10.9.1.1',
  })
})
