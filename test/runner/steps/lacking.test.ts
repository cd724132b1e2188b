import t from 'tap'
import { stepKinds } from '../../../runner/steps/index.ts'
import { lackingOf, refuseLacking } from '../../../runner/steps/lacking.ts'
import type { Testbed } from '../../../schemas/testbed.ts'

const { machine } = stepKinds
function on(target: Testbed['target']): Testbed {
  return { name: 'blue', target, region: '', account: '', hosts: [], outputs: {}, api: {} }
}

t.test('what a step takes is told from its parameters, and compared with what the testbed has', async (t) => {
  if (machine === undefined) throw new Error('there is no kind machine')
  t.same(lackingOf(machine, 'freeze', on('lab')), [])
  t.same(lackingOf(machine, 'freeze', on('aws')), ['machine.freeze'])
  t.same(lackingOf(machine, { isolate: { from: ['master'] } }, on('aws')), ['machine.partition'])
  t.same(lackingOf(machine, 'isolate', on('aws')), [])
  t.same(lackingOf(machine, { skew: { clock: '+5s' } }, on('lab')), ['machine.skew'], 'a machine of the lab has the clock of this computer')
  t.same(lackingOf(machine, 'stop', on('hosts')), ['machine.stop'])
  t.same(lackingOf(machine, '${{ what }}', on('aws')), [], 'what is not known yet takes nothing')
  t.same(lackingOf({}, 'freeze', on('aws')), [])
  t.throws(() => refuseLacking(machine, 'freeze', on('aws')), {
    code: 'lacks-capability',
    message: 'the testbed blue (aws) lacks machine.freeze',
    hint: /requires: \[machine\.freeze\]/,
  })
})
