import dns from 'node:dns'
import t from 'tap'
import { dialFromHere } from '../../../runner/hops/local-dial.ts'
import { startSilentPort } from '../silent-port.ts'
import { freePort } from '../sshd.ts'

/** What names are, in place of the resolver; undefined of one that is never resolved. */
const names: Record<string, readonly string[] | undefined> = { silent: undefined }
const { lookup } = dns
function resolve(name: string, options: object, tell: (error: Error | null, found: unknown) => void): void {
  if (!(name in names)) return lookup(name, options, tell as never)
  const found = names[name]?.map((address) => ({ address, family: 4 }))
  if (found !== undefined) setImmediate(tell, null, found)
}
Object.assign(dns, { lookup: resolve })
const silent = await startSilentPort()
t.teardown(async () => {
  Object.assign(dns, { lookup })
  await silent.stop()
})
const limits = { timeoutMs: 1000, signal: AbortSignal.timeout(30_000) }

t.test('a port is refused by whoever answers, and filtered by a silence that lasted', async (t) => {
  t.same(await dialFromHere('127.0.0.1', await freePort(), limits), { state: 'refused', detail: 'Connection refused' })
  t.match(await dialFromHere('127.0.0.1', silent.port, limits), { state: 'filtered', detail: 'no answer within 1 s' })
  const cutOff = await dialFromHere('127.0.0.1', silent.port, { timeoutMs: 60_000, signal: AbortSignal.timeout(600) })
  t.match(cutOff, { state: 'filtered', detail: /no answer within 0\.[56] s/ })
})

t.test('of several addresses the last one tells: one that is left early has shown no silence', async (t) => {
  Object.assign(names, { both: ['127.0.0.1', '127.0.0.2'], other: ['127.0.0.2', '127.0.0.1'] })
  t.same(await dialFromHere('both', silent.port, limits), { state: 'refused', detail: 'Connection refused' })
  t.match(await dialFromHere('other', silent.port, limits), { state: 'filtered', waitedMs: Number })
})

t.test('a resolver that is silent is none of the port', async (t) => {
  const cutOff = dialFromHere('silent', 80, { timeoutMs: 100, signal: AbortSignal.timeout(500) })
  await t.rejects(cutOff, { code: 'interrupted', message: /the name was not resolved in time/ })
})

t.test('what is interrupted has told nothing', async (t) => {
  await t.rejects(dialFromHere('127.0.0.1', silent.port, { timeoutMs: 1000, signal: AbortSignal.abort() }), { code: 'interrupted' })
})
