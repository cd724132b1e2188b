import t from 'tap'
import { raisedWorkspace, tempFolder, testbedOn } from '../fake-testbed.ts'
import { typeCommand } from '../type-command.ts'

t.test('outputs: all, one alone, or JSON', async (t) => {
  const folder = tempFolder(t)
  raisedWorkspace(folder, testbedOn('aws'))
  t.match(await typeCommand(folder, 'outputs'), {
    code: 0,
    out: 'bastion_ip = 203.0.113.9\nagent_asg_name = blue-agents\ndefault_sg_id = sg-1\n',
  })
  t.match(await typeCommand(folder, 'outputs', 'default_sg_id'), { code: 0, out: 'sg-1\n', err: '' })
  t.same(JSON.parse((await typeCommand(folder, 'outputs', '--json')).out), testbedOn('aws').outputs)
})

t.test('outputs: a name that is not there is answered with those that are', async (t) => {
  const folder = tempFolder(t)
  raisedWorkspace(folder, testbedOn('aws'))
  const { code, out, err } = await typeCommand(folder, 'outputs', 'default_sgid')
  t.equal(code, 2)
  t.equal(out, '')
  t.match(err, /there is no output "default_sgid"[^]*did you mean "default_sg_id"/)
})

t.test('outputs: without a testbed the next command is named', async (t) => {
  const { code, err } = await typeCommand(tempFolder(t), 'outputs')
  t.equal(code, 3)
  t.match(err, /there is no testbed here[^]*titus-bed apply cluster\.yaml/)
})
