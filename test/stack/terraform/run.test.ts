import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Test } from 'tap'
import { openTerraform } from '../../../stack/terraform.ts'
import type { TerraformOptions } from '../../../stack/terraform.ts'
import { initFile, outputFile, planFile, processFile, stateFile } from '../../../stack/terraform/layout.ts'
import { runTerraform } from '../../../stack/terraform/run.ts'
import type { TerraformRun } from '../../../stack/terraform/run.ts'
import { fakeTerraformProgram, hookLine, sayLine } from '../fake-terraform.ts'

const diagnostic = { severity: 'error', summary: 'creating VPC', detail: 'UnauthorizedOperation: no', address: 'aws_vpc.titus' }

/** A folder to work in, with a program named `terraform` that does as told. */
function folderWith(t: Test, commands: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'titus-bed-terraform-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const bin = fakeTerraformProgram(folder, commands)
  const run = (argument: string, more: Partial<TerraformRun> = {}) => {
    const lines: string[] = []
    const options = { program: join(bin, 'terraform'), arguments: [argument], folder, env: { PATH: '/usr/bin:/bin' }, timeoutMs: 60_000 }
    return { lines, status: runTerraform({ ...options, onLine: (line) => lines.push(line), ...more }) }
  }
  const open = (more: Partial<TerraformOptions> = {}) =>
    openTerraform({ folder, region: 'eu-west-1', access: {}, env: { PATH: `${bin}:/usr/bin:/bin`, HOME: folder }, ...more })
  return { folder, run, open, calls: () => readFileSync(join(bin, 'calls'), 'utf8').trimEnd().split('\n') }
}

t.test('every line of both outputs is told, also a last one without an end, and the status is that of the program', async (t) => {
  const { folder, run } = folderWith(t, { plan: 'echo one; echo two >&2; printf "drei ü"; exit 2' })
  const { lines, status } = run('plan')
  t.equal(await status, 2)
  t.same(lines, ['one', 'two', 'drei ü'])
  t.equal(statSync(join(folder, outputFile)).mode & 0o777, 0o600, 'it may hold secrets')
  t.notOk(existsSync(join(folder, processFile)), 'nobody has to wait for it')
})

t.test('what it makes is for its owner alone', async (t) => {
  const { folder, run } = folderWith(t, { apply: 'touch made' })
  t.equal(await run('apply').status, 0)
  t.equal(statSync(join(folder, 'made')).mode & 0o077, 0)
})

t.test('while it runs it is on record, for a command after a crash of ours', async (t) => {
  const { folder, run } = folderWith(t, { apply: `until test -s ${processFile}; do sleep 0.02; done; cat ${processFile}` })
  const { lines, status } = run('apply')
  await status
  t.type((JSON.parse(lines.join('')) as { pid: unknown }).pid, 'number')
  t.notOk(existsSync(join(folder, processFile)), 'and not afterwards')
})

t.test('a stop is asked for by SIGINT at a calm moment, once, and what it does then counts', async (t) => {
  const { run } = folderWith(t, { apply: 'trap "echo saved; exit 1" INT; echo ready; while :; do sleep 0.05; done' })
  const controller = new AbortController()
  let looks = 0
  const { lines, status } = run('apply', {
    signal: controller.signal,
    onLine: (line) => {
      lines.push(line)
      if (line === 'ready') controller.abort()
    },
    isCalm: () => (looks += 1) > 2,
  })
  t.equal(await status, 1)
  t.same(lines, ['ready', 'saved'])
  t.equal(looks, 3, 'it was not asked while an answer was on its way')
})

t.test('what takes too long is asked to stop, too', async (t) => {
  const { run } = folderWith(t, { apply: 'trap "exit 7" INT; while :; do sleep 0.05; done' })
  t.equal(await run('apply', { timeoutMs: 50 }).status, 7)
})

t.test('an end at once takes the whole process group, and counts as a signal', async (t) => {
  const controller = new AbortController()
  const { run } = folderWith(t, { apply: 'trap "" INT; echo ready; while :; do sleep 0.05; done' })
  const { status } = run('apply', { kill: controller.signal, onLine: () => controller.abort() })
  t.equal(await status, 128 + 9)
  const { run: other } = folderWith(t, { apply: 'kill -SEGV $$' })
  t.equal(await other('apply').status, 128 + 11)
})

t.test('a program that cannot be started is a status as of a shell', async (t) => {
  const { folder, run } = folderWith(t, {})
  t.equal(await run('plan', { program: join(folder, 'absent') }).status, 127)
})

t.test('the folder is initialised once, and again when something of it is gone or another provider is wanted', async (t) => {
  const { folder, open, calls } = folderWith(t, { plan: 'exit 0' })
  await open()
  await open()
  t.equal(calls().length, 1)
  t.match(calls()[0], /^init -input=false -no-color/)
  rmSync(join(folder, '.terraform.lock.hcl'))
  await open()
  t.equal(calls().length, 2)
  writeFileSync(join(folder, initFile), '{"program":"/other"}')
  await open()
  t.equal(calls().length, 3)
})

t.test('a provider that cannot be had is an error with what was said, and is tried again', async (t) => {
  const { open, calls } = folderWith(t, { init: 'echo "Error: dial tcp: lookup registry.terraform.io: no such host"; exit 1' })
  for (let tries = 1; tries <= 2; tries += 1) {
    await t.rejects(open(), { name: 'TestbedError', message: /terraform init failed[^]*no such host/, hint: /can be reached/ })
    t.equal(calls().length, tries)
  }
})

t.test('a plan: both statuses that are none of failure, the changes by address, and the file for apply', async (t) => {
  const planned = (address: string, action: string) => sayLine({ type: 'planned_change', change: { resource: { addr: address }, action } })
  const summary = sayLine({ type: 'change_summary', changes: { add: 1, change: 0, remove: 1, operation: 'plan' } })
  const { open, calls } = folderWith(t, { plan: [planned('b.b', 'delete'), planned('a.a', 'create'), summary, 'exit 2'].join('\n') })
  const terraform = await open()
  const items = [
    { address: 'a.a', action: 'create' },
    { address: 'b.b', action: 'delete' },
  ]
  t.same(await terraform.plan(), { add: 1, change: 0, destroy: 1, items })
  t.equal(calls().at(-1), `plan -json -input=false -lock-timeout=30s -detailed-exitcode -out=${planFile}`)
  const same = await folderWith(t, { plan: 'exit 0' }).open()
  t.same(await same.plan(), { add: 0, change: 0, destroy: 0, items: [] })
})

t.test('what a plan changes is read from the plan that is kept, and what was said with it is not left lying', async (t) => {
  const change = { actions: ['update'], before: { a: 1, user_data: 'OLD' }, after: { a: 2, user_data: 'NEW' } }
  const resource = { address: 'aws_vpc.titus', mode: 'managed', type: 'aws_vpc', name: 'titus', change }
  const show = ['echo "Warning: old" >&2', sayLine({ format_version: '1.2', resource_changes: [resource] })].join('\n')
  const { folder, open, calls } = folderWith(t, { show })
  const [changed] = await (await open()).changes()
  t.match(changed, {
    address: 'aws_vpc.titus',
    action: 'update',
    attributes: [
      { path: 'a', before: { value: 1 }, after: { value: 2 } },
      { path: 'user_data', before: 'hidden', after: 'hidden' },
    ],
  })
  t.equal(calls().at(-1), `show -json -no-color ${planFile}`)
  t.equal(readFileSync(join(folder, outputFile), 'utf8'), '')
})

t.test('a plan that cannot be shown is an error', async (t) => {
  const failing = await folderWith(t, { show: 'echo "Error: stale"; exit 1' }).open()
  await t.rejects(failing.changes(), { name: 'TestbedError', message: /terraform show failed[^]*stale/ })
})

t.test('an apply: each thing told as it happens, the outputs, and no plan is left with its secrets', async (t) => {
  const outputs = sayLine({ type: 'outputs', outputs: { bastion_ip: { value: '203.0.113.9' }, count: { value: 3 } } })
  const lines = [hookLine('apply_start', 'aws_vpc.titus'), hookLine('apply_complete', 'aws_vpc.titus'), outputs]
  const { folder, open, calls } = folderWith(t, { apply: lines.join('\n') })
  writeFileSync(join(folder, planFile), 'secret')
  const told: string[] = []
  const terraform = await open({ onEvent: ({ type }) => told.push(type) })
  t.match(await terraform.apply({ planned: true }), { outputs: { bastion_ip: '203.0.113.9', count: '3' } })
  t.same(told, ['started', 'done', 'outputs'])
  t.match(calls().at(-1), new RegExp(` ${planFile}$`))
  t.notOk(existsSync(join(folder, planFile)))
  await terraform.apply()
  t.match(calls().at(-1), / -auto-approve$/)
})

t.test('a failure is what Terraform said of it; a stop and a kill are told apart from it', async (t) => {
  const failing = folderWith(t, { apply: `${sayLine({ type: 'diagnostic', diagnostic })}\nexit 1` })
  await t.rejects((await failing.open()).apply(), {
    message: /aws_vpc\.titus: creating VPC\n {2}UnauthorizedOperation/,
    hint: /get-caller-identity/,
  })
  const detail =
    'api error InsufficientInstanceCapacity: We currently do not have sufficient t3.large capacity in the Availability Zone you requested (us-east-1e).'
  const short = folderWith(t, { apply: `${sayLine({ type: 'diagnostic', diagnostic: { ...diagnostic, detail } })}\nexit 1` })
  await t.rejects((await short.open()).apply(), {
    name: 'TestbedError',
    hint: /^AWS has no t3\.large to give in us-east-1e just now: .*another zone/,
  })
  const killed = folderWith(t, { apply: 'kill -KILL $$' })
  await t.rejects((await killed.open()).apply(), { message: /it was killed by signal 9/, hint: /titus-bed destroy/ })
  const signal = AbortSignal.abort()
  const stopped = folderWith(t, { apply: 'trap "exit 1" INT; while :; do sleep 0.05; done' })
  await t.rejects((await stopped.open({ signal })).apply(), {
    message: 'terraform apply was stopped; its state is saved',
    hint: /titus-bed apply/,
  })
})

t.test('destroy asks nothing of a folder without a state, and outputs are read as they were saved', async (t) => {
  const { folder, open, calls } = folderWith(t, { destroy: 'exit 0', output: `echo '{"a":{"value":"x"},"b":{"value":["y"]}}'` })
  const terraform = await open()
  t.same(await terraform.destroy(), { add: 0, change: 0, destroy: 0, items: [] })
  t.equal(calls().length, 1)
  writeFileSync(join(folder, stateFile), '{}')
  await terraform.destroy()
  t.equal(calls().at(-1), 'destroy -json -input=false -lock-timeout=30s -auto-approve')
  const asked = calls().length
  for (const text of ['{}', '{"encrypted_data":"x"}', '{"version":3,"outputs":{}}', '{']) {
    writeFileSync(join(folder, stateFile), text)
    t.same(await terraform.outputs(), { a: 'x', b: '["y"]' }, text)
  }
  t.equal(calls().length, asked + 4, 'Terraform is asked what only it can read')
  const outputs = { a: { value: 'z', type: 'string' }, n: { value: 3, type: 'number' } }
  writeFileSync(join(folder, stateFile), JSON.stringify({ version: 4, outputs }))
  t.same(await terraform.outputs(), { a: 'z', n: '3' })
  t.equal(calls().length, asked + 4)
})
