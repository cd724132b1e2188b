import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { openShownTerraform } from '../../../cli/testbed/terraform-progress.ts'
import { openProgress } from '../../../cli/terminal/progress.ts'
import { makeWorkspace } from '../../../stack/workspace.ts'
import { fakeTerraformProgram, hookLine, sayLine } from '../../stack/fake-terraform.ts'
import { invocationIn, tempFolder } from '../fake-testbed.ts'
import { recordTerminal } from '../terminal.ts'

const diagnostic = { severity: 'warning', summary: 'it is old' }
const apply = [
  hookLine('apply_start', 'aws_vpc.titus'),
  hookLine('apply_complete', 'aws_vpc.titus', 'create', 3),
  sayLine({ type: 'diagnostic', diagnostic }),
  hookLine('apply_start', 'aws_subnet.private', 'update'),
  hookLine('apply_errored', 'aws_subnet.private', 'update'),
].join('\n')

/** Opens a Terraform that is on the PATH of this process, shown on a terminal. */
async function openOn(t: Test, watched: boolean) {
  const folder = tempFolder(t)
  const before = process.env['PATH']
  t.teardown(() => (process.env['PATH'] = before))
  process.env['PATH'] = `${fakeTerraformProgram(folder, { apply })}:${before}`
  const recorded = recordTerminal({ out: watched, err: watched, columns: 120, env: { NO_COLOR: '1' } })
  const { invocation, out, err } = invocationIn(folder, {}, recorded)
  const workspace = makeWorkspace(folder, 'blue')
  const progress = openProgress(invocation.terminal)
  return { terraform: await openShownTerraform({ ...invocation, progress }, workspace, 'eu-west-1', {}), progress, workspace, out, err }
}

t.test('without a person a line is left for each thing that was done, or went wrong', async (t) => {
  const { terraform, out, err } = await openOn(t, false)
  await terraform.apply()
  t.equal(err(), 'terraform: aws_vpc.titus created after 3 s\nterraform: warning: it is old\nterraform: aws_subnet.private failed\n')
  t.equal(out(), '', 'none of it is a result')
})

t.test('a person sees a line for each resource at work, and how much is done', async (t) => {
  const { terraform, progress, err } = await openOn(t, true)
  await progress.phase('apply', terraform.apply, 5)
  const shown = err().replaceAll('\r\u001b[1A\u001b[J', '\r\u001b[2K').split('\r\u001b[2K')
  t.same(shown, [
    'apply: 0 s, 0 of 5 done',
    'apply: 0 s, 0 of 5 done\n  aws_vpc.titus creating, 0 s',
    'apply: 0 s, 1 of 5 done',
    'terraform: warning: it is old\napply: 0 s, 1 of 5 done\n  aws_subnet.private changing, 0 s',
    'apply: 0 s, 2 of 5 done\n  aws_subnet.private failed after 0 s',
    '',
  ])
})

t.test('it works in the folder of the testbed', async (t) => {
  const { workspace } = await openOn(t, false)
  t.equal(workspace.terraform, join(workspace.folder, 'terraform'))
})
