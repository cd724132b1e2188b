import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openProgress } from '../../../cli/terminal/progress.ts'
import type { Clock } from '../../../cli/terminal/progress.ts'
import { tempFolder } from '../fake-testbed.ts'
import { startOnTerminal } from '../pty.ts'
import { recordTerminal } from '../terminal.ts'
import { screenOf } from './screen.ts'

/** A clock that goes on when it is told to, second by second. */
function handClock(): Clock & { readonly pass: (seconds: number) => void; readonly ticking: () => number } {
  let now = 0
  const ticks = new Set<() => void>()
  return {
    now: () => now,
    every: (_, tick) => (ticks.add(tick), () => ticks.delete(tick)),
    pass: (seconds) => {
      for (let second = 0; second < seconds; second += 1) {
        now += 1000
        for (const tick of ticks) tick()
      }
    },
    ticking: () => ticks.size,
  }
}

const watched = { out: true, err: true, columns: 60, env: { NO_COLOR: '1' } }

t.test('on a terminal the lines of a phase move, what is told stays above them, and nothing of them is left', async (t) => {
  const { terminal, err } = recordTerminal(watched)
  const clock = handClock()
  const progress = openProgress(terminal, clock)
  await progress.phase(
    'boot',
    async () => {
      progress.part('bastion', 'not reached', 'working')
      progress.part('gateway', 'not reached', 'working')
      clock.pass(3)
      progress.terminal.err('warning: no loop devices')
      progress.part('bastion', 'ready', 'done')
      clock.pass(1)
      t.same(screenOf(err()), [
        'warning: no loop devices',
        'boot: 4 s, 1 of 2 done',
        '  bastion ready after 3 s',
        '  gateway not reached, 4 s',
      ])
    },
    2,
  )
  terminal.err('done')
  t.same(screenOf(err()), ['warning: no loop devices', 'done', ''])
  t.equal(clock.ticking(), 0, 'nothing goes on')
  clock.pass(1)
  t.match(progress.times(), [{ name: 'boot', ms: 4000, failed: false }])
})

t.test('more lines than the terminal is high are left out, and longer ones cut: they could not be erased', async (t) => {
  const { terminal, err } = recordTerminal({ ...watched, columns: 20 })
  const progress = openProgress(terminal, handClock())
  await progress.phase('apply', async () => {
    for (let index = 0; index < 60; index += 1) progress.part(`aws_instance.machine_${index}`, 'creating', 'working')
    const lines = screenOf(err())
    t.equal(lines.length, 23)
    t.ok(lines.every((line) => line.length < 20))
  })
  t.same(screenOf(err()), [''])
})

t.test('elsewhere a step is a line, and a minute of silence is broken by who is behind', async (t) => {
  const { terminal, err } = recordTerminal()
  const clock = handClock()
  const progress = openProgress(terminal, clock)
  await progress.phase('lab', async () => {
    for (const line of ['Building the machine image', 'Building the machine image', 'starting the AWS API']) progress.terminal.status(line)
    clock.pass(59)
  })
  await progress.phase('boot', async () => {
    progress.part('gateway', 'booting', 'working')
    clock.pass(125)
  })
  t.same(err().trimEnd().split('\n'), [
    'lab: Building the machine image',
    'lab: starting the AWS API',
    'boot: still at it after 1m 0s: gateway booting, 1m 0s',
    'boot: still at it after 2m 0s: gateway booting, 2m 0s',
  ])
})

t.test('a phase that fails is told as that, with its time', async (t) => {
  const { terminal } = recordTerminal()
  const clock = handClock()
  const progress = openProgress(terminal, clock)
  const failing = progress.phase('apply', async () => {
    clock.pass(2)
    throw new Error('no quota')
  })
  await t.rejects(failing, { message: 'no quota' })
  t.match(progress.times(), [{ name: 'apply', ms: 2000, failed: true }])
  t.equal(clock.ticking(), 0)
})

t.test('a real terminal shows the ages go on, and is clean at the end', async (t) => {
  const folder = tempFolder(t)
  const at = (file: string) => new URL(`../../../cli/terminal/${file}`, import.meta.url).href
  writeFileSync(
    join(folder, 'work.mjs'),
    `import { once } from 'node:events'
import { openProgress } from '${at('progress.ts')}'
import { openTerminal } from '${at('terminal.ts')}'
const terminal = openTerminal(process)
const progress = openProgress(terminal)
// What is typed is not shown, as it would stand among the lines.
process.stdin.setRawMode(true).resume()
await progress.phase('boot', async () => {
  progress.part('gateway', 'booting', 'working')
  await once(process.stdin, 'data')
})
process.stdin.setRawMode(false).pause()
terminal.out('up')
`,
  )
  const loader = new URL('../../../setup/ts-loader.mjs', import.meta.url).href
  const program = startOnTerminal(t, folder, [process.execPath, '--import', loader, join(folder, 'work.mjs')], {
    PATH: '/usr/bin:/bin',
    TERM: 'xterm',
    NO_COLOR: '1',
  })
  await program.shows('gateway booting, 0 s')
  await program.shows('boot: 1 s')
  program.type('on\n')
  t.equal(await program.ended, 0)
  const shown = screenOf(program.shown().replaceAll('\r\n', '\n'))
  t.same(
    shown.filter((line) => /boot|gateway/.test(line)),
    [],
    shown.join('\n'),
  )
  t.ok(shown.includes('up'))
})
