import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { labFolder } from '../../../cli/product/folders.ts'
import { openWatch } from '../../../cli/target/watch.ts'
import { controlSocketOf } from '../../../lab/list-machines.ts'
import { consoleAnswer, startLoopbackAws } from '../loopback-aws.ts'
import { raisedWorkspace, tempFolder, testbedOn } from '../fake-testbed.ts'

/** Answers on the control socket of a lab, as far as a watch asks. */
async function answerFor(t: Test, socket: string, answers: Readonly<Record<string, unknown>>): Promise<void> {
  mkdirSync(dirname(socket), { recursive: true })
  const server = createServer(({ url = '' }, response) =>
    Object.hasOwn(answers, url) ? void response.end(JSON.stringify(answers[url])) : void response.writeHead(404).end('{}'),
  )
  server.listen(socket)
  await once(server, 'listening')
  t.teardown(() => (server.closeAllConnections(), server.close()))
}

t.test('a lab is asked for the machine that failed, its words, and what this computer could not give', async (t) => {
  const testbed = testbedOn('lab')
  const workspace = raisedWorkspace(tempFolder(t), testbed)
  const warned: string[] = []
  const watch = openWatch(testbed, workspace, undefined, (line) => void warned.push(line))
  await t.rejects(watch.readConsole('i-0a'), { name: 'TestbedError', message: /does not answer/ }, 'nothing is known while it does not run')
  const machines = [
    { instanceId: 'i-0a', name: 'bastion', state: 'running', warning: 'no swap' },
    { instanceId: 'i-0b', name: 'gateway', state: 'failed' },
  ]
  await answerFor(t, controlSocketOf(labFolder(workspace)), { '/machines': machines, '/logs/i-0b': 'Kernel panic' })
  t.same(await watch.failedMachine(), { instanceId: 'i-0b', log: 'Kernel panic' })
  t.same(warned, ['bastion: no swap'])
  t.equal(await watch.readConsole('i-0a'), '', 'a machine that is not made yet has said nothing')
})

t.test('AWS is asked for the console alone', async (t) => {
  const folder = tempFolder(t)
  const { access, asked } = await startLoopbackAws(t, folder, { GetConsoleOutput: consoleAnswer('login:\n') })
  const testbed = { ...testbedOn('aws'), api: access }
  const watch = openWatch(testbed, raisedWorkspace(folder, testbed))
  t.equal(await watch.failedMachine(), undefined)
  t.equal(await watch.readConsole('i-7'), 'login:\n')
  t.same(asked, ['GetConsoleOutput'])
})
