import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { commands } from '../../cli/commands/index.ts'
import { runCommandLine } from '../../cli/program.ts'
import { recordFile, writeTargetRecord } from '../../cli/target/target-record.ts'
import { raise } from '../../cli/testbed/raise.ts'
import type { RaiseParts } from '../../cli/testbed/raise.ts'
import { writeStoppedRecord } from '../../cli/testbed/stopped-record.ts'
import { rememberLastRaised } from '../../cli/testbed/select-testbed.ts'
import type { CommandDefinition } from '../../cli/command.ts'
import { loadLoginKey } from '../../stack/key-store.ts'
import { workspaceAt, writeStack } from '../../stack/workspace.ts'
import type { Workspace } from '../../stack/workspace.ts'
import { seedCluster } from '../stack/fixtures.ts'
import { fakeTarget, fakeTerraform, planOf, raisedWorkspace, steadyParts, tempFolder, testbedOn } from './fake-testbed.ts'
import { recordTerminal } from './terminal.ts'

/* Each file that a testbed's folder holds, in each way that a file can be broken, under each command: the program says which file it is and
 * what to do, and destroy still leaves nothing. The lab has ended, so that no command can do more than that. */

const quiet = new AbortController().signal
const world: RaiseParts = {
  ...steadyParts,
  openTarget: async () => fakeTarget,
  standInImages: async () => [],
  openTerraform: async () => fakeTerraform([], { plan: planOf(), outputs: testbedOn('lab').outputs }),
  describeTestbed: async () => testbedOn('lab'),
  waitForBoot: async () => undefined,
}

/** `apply` in a world whose lab, Terraform and machines are not there. */
const apply: CommandDefinition = {
  examples: [['titus-bed apply', 'as the product has it']],
  run: async ({ cwd, terminal, signal, abandon }) => {
    const cluster = { ...seedCluster, name: 'blue', titus: { ...seedCluster.titus, packages: { from: cwd, sha256: {} } } }
    await raise({ cluster, cwd, terminal, signal, abandon, confirm: async () => true }, world)
    return 0
  },
}

async function type(cwd: string, ...argv: readonly string[]) {
  const { terminal, out, err } = recordTerminal()
  const known = commands.map((one) => (one.name === 'apply' ? { ...one, load: async () => ({ command: apply }) } : one))
  const code = await runCommandLine(argv, known, { terminal, signal: quiet, abandon: quiet, cwd, version: '1.2.3' })
  return { code, said: out() + err() }
}

/** A testbed in a lab that has ended, with every file that one can have. */
function testbedIn(folder: string): Workspace {
  const workspace = raisedWorkspace(folder, testbedOn('lab'))
  writeTargetRecord(workspace, { target: 'lab', region: 'eu-west-1' })
  rememberLastRaised(folder, 'blue')
  writeStoppedRecord(workspace, { at: '2026-01-01T00:00:00.000Z', agents: { min: 1, desired: 1, max: 1 } })
  loadLoginKey(workspace, seedCluster.access)
  writeStack(workspace, { resource: {} })
  writeFileSync(join(workspace.terraform, 'terraform.tfstate'), JSON.stringify({ version: 4, resources: [] }))
  mkdirSync(join(workspace.folder, 'lab'))
  writeFileSync(join(workspace.folder, 'lab/lab.json'), '{}')
  writeFileSync(join(folder, 'scenario.yaml'), 'scenario: s\nsteps: [{ name: a, host: gateway, run: "true" }]\n')
  return workspace
}

const files = [
  'testbed.json',
  'target.json',
  'lock.json',
  '../last-raised',
  'ssh_config',
  'known_hosts',
  'keys/login',
  'keys/login.pub',
  'terraform/terraform.tfstate',
  'terraform/cdk.tf.json',
  'terraform/process.json',
  'lab/lab.json',
]

const damages: Readonly<Record<string, (path: string) => void>> = {
  removed: (path) => rmSync(path, { force: true }),
  emptied: (path) => writeFileSync(path, ''),
  halved: (path) => writeFileSync(path, existsSync(path) ? readFileSync(path, 'utf8').slice(0, -20) : '{"pid": 1'),
  'a list': (path) => writeFileSync(path, '[]'),
  garbage: (path) => writeFileSync(path, Buffer.from([0, 255, 27, 91, 10, 123])),
  'a folder': (path) => {
    rmSync(path, { force: true })
    mkdirSync(join(path, 'inside'), { recursive: true })
  },
}

const commandLines: Readonly<Record<string, readonly string[]>> = {
  status: ['status'],
  run: ['run', 'scenario.yaml'],
  apply: ['apply'],
  destroy: ['destroy', '--yes'],
}

const whole = tempFolder(t)
testbedIn(whole)

for (const file of files) {
  t.test(`${file}, broken in every way, under every command`, async (t) => {
    for (const [damage, harm] of Object.entries(damages)) {
      for (const [name, argv] of Object.entries(commandLines)) {
        const folder = tempFolder(t)
        cpSync(whole, folder, { recursive: true })
        const workspace = workspaceAt(folder, 'blue')
        const path = join(workspace.folder, file)
        harm(path)
        const { code, said } = await type(folder, ...argv)
        const what = `${file} ${damage}, ${name}`
        t.ok(code === 0 || code === 3, `${what}: exit ${code}`, { said })
        if (code === 3) t.match(said, /error: [\s\S]*\n  do: /, `${what}: says what to do`)
        t.notMatch(said, /defect of titus-bed|\n {4}at /, `${what}: no stack`)
        let last = await type(folder, 'destroy', '--yes')
        if (last.code === 3) {
          t.match(last.said, path.split('/').at(-1) ?? '', `${what}: destroy names the file`, { said: last.said })
          rmSync(path, { recursive: true })
          last = await type(folder, 'destroy', '--yes')
        }
        t.equal(last.code, 0, `${what}: destroy afterwards`, { said: last.said })
        for (const left of [workspace.testbed, recordFile(workspace), join(workspace.folder, 'lab'), join(workspace.folder, 'lock.json')])
          t.notOk(existsSync(left), `${what}: ${left} is gone`)
      }
    }
  })
}
