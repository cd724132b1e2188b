import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { runScenarios } from '../../../runner/index.ts'
import { buildScenario, buildStep } from '../build-scenario.ts'
import { startStepTestbed } from '../step-testbed.ts'

const bed = await startStepTestbed()
const { folder, runOne } = bed
t.teardown(() => bed.stop())

const host = 'gateway'

t.test('a script has its shell whatever its PATH is, and a container without one is told as that', async (t) => {
  t.match(await runOne('script', 'echo "$PATH"', { host, env: { PATH: '/nowhere' }, expect: { stdout: '/nowhere' } }), {
    outcome: 'passed',
  })
  t.match(await runOne('run', ['/bin/echo', 'x'], { host, env: { PATH: '/nowhere', HOME: '/nowhere', LD_PRELOAD: '' } }), {
    outcome: 'passed',
  })
  t.match(await runOne('run', 'ls', { host, env: { PATH: '/nowhere' } }), { outcome: 'failed', checks: [{ actual: 127 }] })
  const bin = mkdtempSync(join(folder, 'docker-'))
  // A double of the docker client: the texts are those of Docker 24 and of Podman.
  writeFileSync(
    join(bin, 'docker'),
    `#!/bin/sh
while [ "$1" != -- ]; do shift; done
case $2:$3 in
  old:/bin/sh) echo 'OCI runtime exec failed: exec failed: unable to start container process: exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown'; exit 126 ;;
  new:/bin/sh) echo 'OCI runtime exec failed: exec failed: unable to start container process: exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown' >&2; exit 127 ;;
  podman:/bin/sh) echo 'Error: crun: executable file \`/bin/sh\` not found: No such file or directory: OCI runtime attempted to invoke a command that was not found' >&2; exit 127 ;;
esac
shift 2
exec "$@"
`,
  )
  chmodSync(join(bin, 'docker'), 0o755)
  const path = process.env['PATH']
  process.env['PATH'] = `${bin}:${path}`
  t.teardown(() => (process.env['PATH'] = path))
  const runIn = (container: string, text: string) =>
    runScenarios({
      testbed: bed.testbed,
      scenarios: [buildScenario('container', [buildStep('script', text, { host: 'local', in: container })])],
      options: { allowLocal: true },
      onEvent: () => undefined,
    }).then(({ scenarios }) => scenarios[0]?.steps[0])
  for (const container of ['old', 'new', 'podman'])
    t.match(await runIn(container, 'echo x'), {
      outcome: 'errored',
      problem: { code: 'command', message: /has no \/bin\/sh, so that no script runs there: .*no such file/i, hint: /run:/ },
    })
  t.match(await runIn('other', 'exit 127'), { outcome: 'failed' }, 'a script that ends so by itself has run')
})
