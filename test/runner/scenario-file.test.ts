import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { matchers } from '../../runner/matchers/index.ts'
import { runScenarios } from '../../runner/index.ts'
import { stepKinds } from '../../runner/steps/index.ts'
import { loadScenario } from '../../schemas/language/load-scenario.ts'
import { startSshTestbed } from './sshd.ts'

const scenario = `
scenario: every kind, from a file
vars: { who: "it's me", port: 8080 }
env: { GREETING: "hello \${{ who }}" }
setup:
  - use: lib/say.yaml
    with: { word: "\${{ who }}", times: 2 }
    capture: { said: text }
steps:
  - name: the words of a command line
    host: gateway
    run: printf '%s|' "\${{ who }}" \${{ port }} 0644
    expect: { stdout: "it's me|8080|0644|", exit: { in: [0, 1] } }
  - name: a list of words
    host: gateway
    run: [echo, "\${{ port }}", 1.20]
    expect: { stdout: { matches: { pattern: '^8080 1\\.20$', flags: m } } }
  - name: a script
    host: agents.all
    script: echo "$GREETING"
    expect: { stdout: { contains: it's me }, "length(stdout)": { gt: 5 } }
  - group:
      - name: in parallel
        host: bastion
        run: echo '{"a":{"b":[1,2]}}'
        capture: { b: "json.a.b", }
      - reach: { from: [bastion], to: { none: "127.0.0.1:9" }, expect: { bastion: { none: closed } }, timeout: 1s }
  - assert:
      b: { length: 2, each: { gte: 1 } }
      said: "it's me x2"
      "b[1]": 2
  - name: polled
    host: agents.any
    run: "true"
    until: { within: 5s, every: 100ms }
  - copy: { put: data.json, to: "\${{ testbed.outputs.folder }}/copied.json", mode: 0600 }
    host: gateway
    expect: { bytes: 8 }
always:
  - host: gateway
    run: cat "\${{ testbed.outputs.folder }}/copied.json"
    expect: { json: { a: 1 } }
`
const library = `
inputs:
  word: { type: string }
  times: { type: number, default: 1 }
steps:
  - host: bastion
    run: [echo, "\${{ word }} x\${{ times }}"]
    capture: { line: stdout }
outputs: { text: "\${{ line }}" }
`

t.test('a scenario file, from its text to its report', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'titus-bed-scenario-'))
  mkdirSync(join(folder, 'lib'))
  writeFileSync(join(folder, 'lib', 'say.yaml'), library)
  writeFileSync(join(folder, 'data.json'), '{"a": 1}')
  const bed = await startSshTestbed(['bastion', 'gateway', 'agents[0]', 'agents[1]'])
  t.teardown(async () => {
    await bed.stop()
    rmSync(folder, { recursive: true })
  })
  const loaded = await loadScenario({
    file: join(folder, 'every-kind.yaml'),
    text: scenario,
    kinds: stepKinds,
    matchers,
    readFile: (path) => readFile(path, 'utf8'),
    hosts: { machines: ['bastion', 'gateway'], groups: ['agents'] },
  })
  t.same(loaded.problems, [])
  const testbed = { ...bed.testbed, outputs: { folder } }
  const report = await runScenarios({
    testbed,
    scenarios: loaded.scenario === undefined ? [] : [loaded.scenario],
    onEvent: () => undefined,
  })
  const wrong = report.scenarios.flatMap(({ steps }) => steps.filter(({ outcome }) => outcome !== 'passed'))
  t.same(
    wrong.map(({ name, problem, checks }) => ({ name, problem, checks: checks.filter(({ passed }) => !passed) })),
    [],
  )
  t.match(report, { outcome: 'passed', counts: { passed: 1 } })
  t.match(
    report.scenarios[0]?.steps.map(({ kind }) => kind),
    ['use', 'run', 'run', 'run', 'script', 'group', 'run', 'reach', 'assert', 'run', 'copy', 'run'],
  )
})
