import { execFileSync } from 'node:child_process'
import t from 'tap'
import { command as envCommand } from '../../../cli/commands/env.ts'
import { invocationIn, raisedWorkspace, tempFolder, testbedOn } from '../fake-testbed.ts'
import { typeCommand } from '../type-command.ts'

t.test("env: on AWS the region alone, since the credentials are the user's own", async (t) => {
  const folder = tempFolder(t)
  raisedWorkspace(folder, testbedOn('aws'))
  t.match(await typeCommand(folder, 'env'), { code: 0, out: "export AWS_REGION='eu-west-1'\nexport AWS_DEFAULT_REGION='eu-west-1'\n" })
})

t.test('env: a shell reads back what was written, whatever stands in it', async (t) => {
  const folder = tempFolder(t)
  const testbed = { ...testbedOn('aws'), api: testbedOn('lab').api }
  raisedWorkspace(folder, testbed)
  const { invocation, out } = invocationIn(folder)
  t.equal(await envCommand.run(invocation), 0)
  const shown = 'printf "%s|%s|%s|%s" "$AWS_ENDPOINT_URL" "$AWS_SHARED_CREDENTIALS_FILE" "$AWS_PROFILE" "${AWS_ACCESS_KEY_ID-unset}"'
  const read = execFileSync('sh', ['-c', `${out()}\n${shown}`], { env: { AWS_ACCESS_KEY_ID: 'AKIAOLD' }, encoding: 'utf8' })
  t.equal(read, `http://127.0.0.1:4566|/it's/credentials|default|unset`)
})

t.test('env: a lab that has ended has no variables', async (t) => {
  const folder = tempFolder(t)
  raisedWorkspace(folder, testbedOn('lab'))
  const { code, out, err } = await typeCommand(folder, 'env')
  t.equal(code, 3)
  t.equal(out, '')
  t.match(err, /the lab of testbed blue is not running/)
})
