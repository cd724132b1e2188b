import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { readConsole } from '../../stack/console.ts'
import { tempFolder } from '../cli/fake-testbed.ts'
import { startLoopbackAws } from '../cli/loopback-aws.ts'

t.test('the console of an instance is text, empty while EC2 has none, and a refusal is told', async (t) => {
  const answers = (output: string) => ({ GetConsoleOutput: `<GetConsoleOutputResponse>${output}</GetConsoleOutputResponse>` })
  const said = await startLoopbackAws(t, tempFolder(t), answers(`<output>${Buffer.from('grüß\n').toString('base64')}</output>`))
  t.equal(await readConsole(said.access, 'eu-west-1', 'i-7'), 'grüß\n')
  t.same(said.asked, ['GetConsoleOutput'])
  const ofThen = answers(`<output>${Buffer.from('then').toString('base64')}</output>`).GetConsoleOutput
  const old = await startLoopbackAws(t, tempFolder(t), {
    GetConsoleOutput: (body) => (body.includes('Latest=true') ? { refused: 'UnsupportedOperation' } : ofThen),
  })
  t.equal(await readConsole(old.access, 'eu-west-1', 'i-old'), 'then', 'a type that does not know the latest is asked for what there is')
  t.equal(await readConsole(old.access, 'eu-west-1', 'i-old'), 'then')
  t.equal(old.asked.length, 3, 'and from then on at once')
  const nothing = await startLoopbackAws(t, tempFolder(t), answers(''))
  t.equal(await readConsole(nothing.access, 'eu-west-1', 'i-7'), '')
  const refusing = await startLoopbackAws(t, tempFolder(t), { GetConsoleOutput: { refused: 'UnauthorizedOperation' } })
  await t.rejects(readConsole(refusing.access, 'eu-west-1', 'i-7'), { name: 'TestbedError', message: /UnauthorizedOperation/ })
})

t.test('one look ends after ten seconds, and at once when whoever looks has given up', async (t) => {
  const { access } = await startLoopbackAws(t, tempFolder(t), {})
  const server = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const silent = { ...access, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  await t.rejects(readConsole(silent, 'eu-west-1', 'i-7', AbortSignal.timeout(200)), { name: 'AbortError' })
  await t.rejects(readConsole(silent, 'eu-west-1', 'i-7'), {
    name: 'TestbedError',
    message: /has not told within 10 s what i-7 wrote to its console/,
    hint: /titus-bed status/,
  })
})
