import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { collectEvidence } from '../../../runner/collect/collect-evidence.ts'
import { skewOf } from '../../../runner/collect/measure-skew.ts'
import { questionsFor } from '../../../runner/collect/questions-for.ts'
import type { Exit } from '../../../runner/hops/exit.ts'
import type { Hops } from '../../../runner/hops/hops.ts'
import type { Machine } from '../../../runner/hops/machine.ts'
import { runScenarios } from '../../../runner/index.ts'
import { createMask } from '../../../runner/scope/mask.ts'
import { systemClock } from '../../../runner/time/clock.ts'
import type { Event } from '../../../schemas/event.ts'
import type { Scenario } from '../../../schemas/scenario.ts'
import type { Testbed } from '../../../schemas/testbed.ts'
import { buildScenario, buildStep } from '../build-scenario.ts'
import { startSshTestbed } from '../sshd.ts'

const secret = 'tell-nobody-of-this'

t.test('machines', async (t) => {
  const ssh = await startSshTestbed(['bastion', 'gateway', 'master', 'agents[0]', 'agents[1]'])
  t.teardown(() => ssh.stop())
  const log = join(ssh.dir, 'own.log')
  writeFileSync(log, `first line\npassword=${secret}\n`)

  const besides = [
    { of: 'lab', name: 'log', tell: async () => `password=${secret}` },
    { of: 'aws', name: 'instances', tell: async () => Promise.reject(new Error('no such call')) },
    { of: 'lab', name: 'much', tell: async () => 'x'.repeat(6 * 2 ** 20) },
  ]

  /** Runs scenarios, and keeps what machines tell. */
  const run = async (scenarios: readonly Scenario[], more: { readonly always?: boolean; readonly retry?: number } = {}) => {
    const kept = new Map<string, string>()
    const events: Event[] = []
    const keep = (_: string, host: string, name: string, text: string) => {
      kept.set(`${host}/${name}`, text)
      return `/kept/${host}/${name}.txt`
    }
    const { always = false, retry = 0 } = more
    const report = await runScenarios({
      testbed: ssh.testbed,
      scenarios,
      onEvent: (event) => events.push(event),
      options: { allowLocal: true, collect: { always, keep, besides: () => besides }, retry },
    })
    return { report, kept, events, asked: events.filter((event) => event.type === 'evidence') }
  }
  const step = (exit: string, more = {}) => buildStep('run', exit, { name: exit, host: 'gateway', ...more })
  const wish = { commands: [['echo', 'two words']], files: [log], units: ['ssh.service'] }

  await t.test('tell what they know of a scenario that failed, before it is cleared away, with its secrets hidden', async (t) => {
    const captures = buildStep('script', `cat ${log}`, {
      name: 'the secret',
      host: 'gateway',
      capture: { word: { from: "split(stdout, '=')[1]", secret: true } },
    })
    const scenario = { ...buildScenario('s', [captures, step('false')], { always: [step('true', { name: 'clear away' })] }), collect: wish }
    const { report, kept, events, asked } = await run([scenario])
    t.match(report, { outcome: 'failed', scenarios: [{ outcome: 'failed' }] }, 'the verdict is that of the steps')
    t.equal(asked.length, 1)
    const hosts = [...new Set([...kept.keys()].map((key) => key.split('/')[0] ?? ''))].toSorted((a, b) => (a < b ? -1 : 1))
    t.same(hosts, ['agents[0]', 'aws', 'bastion', 'gateway', 'lab', 'master'], 'those that exist once, and the first of a group')
    t.match(kept.get('gateway/processes'), /PID/)
    t.match(kept.get('gateway/disk'), /Filesystem/)
    t.match(kept.get('gateway/clock'), /^\d{10}\.\d{9}/)
    t.match(kept.get('gateway/command-1-echo'), 'two words')
    const own = [...kept].find(([key]) => key.startsWith('gateway/file-'))?.[1] ?? ''
    t.match(own, /^first line\npassword=\*\*\*/)
    t.equal(kept.get('lab/log'), 'password=***')
    t.equal(kept.get('aws/instances'), 'instances could not be told: no such call')
    t.notMatch([...kept.values()].join('') + JSON.stringify(events), secret)
    const order = events.flatMap((event) =>
      event.type === 'evidence' ? ['evidence'] : event.type === 'step-ended' ? [event.step.name] : [],
    )
    t.same(order, ['the secret', 'false', 'evidence', 'clear away'])
    const { evidence } = report.scenarios[0] ?? {}
    t.same(evidence?.missing.toSorted(), ['aws: instances could not be told: no such call', 'lab: much: there is no room for more'])
    t.equal(evidence?.files.length, kept.size)
    t.equal(
      evidence?.bytes,
      [...kept.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0),
    )
    t.equal(evidence?.files[0]?.host, 'gateway', 'what it acted on comes first')
    t.same(evidence?.skews, { bastion: 0, gateway: 0, master: 0, 'agents[0]': 0 }, 'their clock is that of this computer')
    t.ok((evidence?.ms ?? Infinity) < 21_000)
    t.comment(`${evidence?.files.length} answers of 4 machines, ${evidence?.bytes} bytes in ${evidence?.ms} ms`)
  })

  await t.test('are not asked of what passed, unless always, nor where none was reached; of what is tried again once', async (t) => {
    t.same((await run([buildScenario('s', [step('true')])])).asked, [])
    t.equal((await run([buildScenario('s', [step('true')])], { always: true })).asked.length, 1)
    t.same((await run([buildScenario('s', [buildStep('assert', { 'testbed.region': 'mars' })])])).asked, [])
    const tried = await run([buildScenario('s', [step('false')])], { retry: 1 })
    t.equal(tried.asked.length, 1)
    t.ok(tried.report.scenarios[0]?.evidence, 'the report of the last attempt still has it')
  })

  await t.test('one that is gone is told as missing, and changes nothing', async (t) => {
    await ssh.kill('master')
    const { report, kept } = await run([buildScenario('s', [step('false')])])
    t.equal(report.outcome, 'failed')
    t.ok(report.scenarios[0]?.evidence?.missing.some((line) => line.startsWith('master: ')))
    t.ok(kept.has('gateway/processes'))
  })
})

t.test('a machine that does not end what it is asked is not waited for, and what it said by then is kept', async (t) => {
  const testbed: Testbed = {
    name: 't',
    target: 'hosts',
    region: '',
    account: '',
    outputs: {},
    api: {},
    hosts: ['gateway', 'master'].map((name) => ({ name, instanceId: name, address: '', user: '', route: [] })),
  }
  const said = { exitCode: null, signal: null, stdout: 'a part', stderr: '', cut: {}, cleared: false, durationMs: 1 }
  const machine = (name: string): Machine => {
    const exec: Machine['exec'] = async (argv, { signal }) => {
      if (argv[0] === 'date') return { ...said, ended: 'exit', exitCode: 0, stdout: String(Date.now() / 1000) } satisfies Exit
      if (name === 'gateway') return new Promise(() => undefined)
      await once(signal, 'abort')
      return { ...said, ended: 'cancelled' } satisfies Exit
    }
    return { exec } as Machine
  }
  // Nothing else is waited for here, and Node ends with what keeps it.
  const awake = setInterval(() => undefined, 1000)
  t.teardown(() => clearInterval(awake))
  const kept: string[] = []
  const keep = (_: string, host: string, name: string, text: string) => (kept.push(`${host}/${name}: ${text}`), '')
  const evidence = await collectEvidence(
    { scenario: 's', since: 0, touched: [], wish: undefined, besides: [], keep },
    { testbed, hops: { machine } as unknown as Hops, mask: createMask(), clock: systemClock },
    new AbortController().signal,
    { wholeMs: 150, lastMs: 100, eachMs: 1000 },
  )
  t.ok(evidence.ms >= 140 && evidence.ms < 5000, `${evidence.ms} ms`)
  t.ok(kept.includes('master/journal: a part'))
  t.ok(evidence.missing.includes('master: journal was not told in time'))
  t.ok(evidence.missing.includes('gateway: nothing could be kept: there was no time for it'), evidence.missing.join('\n'))
})

t.test('a role offers what is beside it, and a scenario adds to that', async (t) => {
  const names = (name: string, group?: string) =>
    questionsFor({ name, ...(group === undefined ? {} : { group }) }, 1, undefined).map((question) => question.name)
  t.ok(names('gateway').includes('titus-jobs'))
  t.ok(names('master').includes('unit-titus-server-master.service'))
  t.ok(names('agents[3]', 'agents').includes('unit-mesos-agent.service'))
  const common = names('a host of elsewhere')
  t.ok(common.includes('journal') && !common.includes('titus-jobs'))
  const [journal] = questionsFor({ name: 'bastion' }, 1_795_363_200, undefined)
  t.equal(journal?.argv.at(-1), '1795363200', 'values stand beside the script, not in it')
})

t.test('by how much a clock is ahead, where that can be told over the way there', async (t) => {
  t.equal(skewOf('1795363290.500000000', 1_795_363_200_000, 1_795_363_200_100), 90_450)
  t.equal(skewOf('1795363200.040000000', 1_795_363_200_000, 1_795_363_200_100), 0)
  t.equal(skewOf('date: not found', 0, 1), 0)
  t.equal(skewOf('', 0, 1), 0)
})
