import t from 'tap'
import { momentsOfAnswer } from '../../../runner/timeline/of-answer.ts'

function read(text: string, skewMs = 0) {
  return momentsOfAnswer({ host: 'gateway', name: 'console', text, skewMs }).map(({ at, kind, host, text: line }) => [
    new Date(at).toISOString().slice(11, 23),
    `${kind} ${host ?? ''}: ${line}`,
  ])
}

t.test('of a console the lines that say their time: as Debian 12 and cloud-init write them', async (t) => {
  const text = [
    'systemd 252.39-1~deb12u2 running in system mode',
    '[\u001b[0;32m  OK  \u001b[0m] Reached target paths.target - Path Units.\r',
    "cloud-init[52]: Cloud-init v. 22.4.2 running 'init-local' at Sat, 28 Nov 2026 07:42:26 +0000. Up 57337.14 seconds.",
    'cloud-init[52]: 2026-11-28 07:42:27,068 - util.py[WARNING]: Getting data failed',
    '2026-11-28T08:42:28.5+01:00 started',
  ].join('\n')
  t.same(read(text), [
    [
      '07:42:26.000',
      "console gateway: cloud-init[52]: Cloud-init v. 22.4.2 running 'init-local' at Sat, 28 Nov 2026 07:42:26 +0000. Up 57337.14 seconds.",
    ],
    ['07:42:27.068', 'console gateway: cloud-init[52]: 2026-11-28 07:42:27,068 - util.py[WARNING]: Getting data failed'],
    ['07:42:28.500', 'console gateway: 2026-11-28T08:42:28.5+01:00 started'],
  ])
  t.match(read(text, 1000)[0], ['07:42:25.000'], 'corrected for the clock of the machine')
})

t.test('the kernel counts from its start, which cloud-init tells', async (t) => {
  const text = [
    '[    0.000000] Linux version 6.1.0',
    "[   12.500000] cloud-init[401]: Cloud-init v. 22.4.2 running 'init' at Sat, 28 Nov 2026 10:00:12 +0000. Up 12.00 seconds.",
    '[   90.250000] Out of memory: Killed process 7 (java)',
    '[    0.000000] Linux version 6.1.0',
    '[    3.000000] a boot of which nobody tells the time',
  ].join('\n')
  t.same(read(text), [
    ['10:00:00.000', 'console gateway: Linux version 6.1.0'],
    [
      '10:00:12.000',
      "console gateway: cloud-init[401]: Cloud-init v. 22.4.2 running 'init' at Sat, 28 Nov 2026 10:00:12 +0000. Up 12.00 seconds.",
    ],
    ['10:01:30.250', 'console gateway: Out of memory: Killed process 7 (java)'],
  ])
})
