import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Json } from '../../../schemas/json.ts'
import { freePort } from '../sshd.ts'
import { startStepTestbed } from '../step-testbed.ts'

const bed = await startStepTestbed()
const { folder, port, runOne } = bed
t.teardown(() => bed.stop())

t.test('reach: a grid, every cell with its own verdict', async (t) => {
  const params = (expected: Json, closed: Json) => ({
    from: ['bastion', 'agents.all'],
    to: { web: `127.0.0.1:${port}`, page: `http://127.0.0.1:${port}/teapot`, none: `127.0.0.1:${unused}` },
    expect: { bastion: { web: 'open', page: 418, none: closed }, 'agents.all': { web: expected, page: 'open', none: 'closed' } },
  })
  const unused = await freePort()
  const holds = await runOne('reach', params('open', 'refused'))
  t.match(holds, { outcome: 'passed' })
  t.equal(holds.checks.length, 9, 'two agents in one row')
  const wrong = await runOne('reach', params('closed', 'filtered'))
  t.same(
    wrong.checks.filter(({ passed }) => !passed).map(({ subject, actual }) => [subject, actual]),
    [
      ['bastion -> none', 'refused'],
      ['agents.all (agents[0]) -> web', 'open'],
      ['agents.all (agents[1]) -> web', 'open'],
    ],
  )
  t.match(
    wrong.checks.find(({ subject }) => subject === 'bastion -> none'),
    { explanation: /expected filtered, got refused \(.*nothing listens there\)/ },
  )
  t.match(await runOne('reach', { from: ['bastion'], to: { a: 'x:1', b: 'x:2' }, expect: { bastion: { a: 'open' } } }), {
    problem: { code: 'missing-cell', message: /bastion has no expectation for b/ },
  })
  const untested = await runOne('reach', { from: ['bastion'], to: { a: 'no-such-name.invalid:1' }, expect: { bastion: { a: 'closed' } } })
  t.match(untested, { outcome: 'errored', problem: { code: 'connection' } }, 'a name that does not resolve is no closed port')
})

/** Doubles of the AWS CLI, as it comes in two makes. */
const makes = ['a program', 'a script of Python'] as const

/** Puts a double of the AWS CLI into a folder of its own: the texts are those that it prints. That of Python has its code where the CLI has
 *  it, notes each process that loads it in `loads`, and gives the words to the program. */
function placeCli(make: (typeof makes)[number]) {
  const bin = mkdtempSync(join(folder, 'bin-'))
  const program = join(bin, make === 'a program' ? 'aws' : 'program')
  writeFileSync(
    program,
    `#!/bin/sh
case "$MODE $1 $2" in
  nocreds*) echo "Unable to locate credentials. You can configure credentials by running \\"aws configure\\"." >&2; exit 253 ;;
  expired*) echo "An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: The security token included in the request is expired" >&2; exit 254 ;;
  *get-caller-identity) echo '{"Arn":"arn:aws:sts::123456789012:assumed-role/titusappwiths3InstanceProfile/i-1"}' ;;
  later*) echo x >>"$COUNT"; [ "$(wc -l <"$COUNT")" -gt 2 ] && exit 0; echo "An error occurred (AccessDenied) when calling the ListBuckets operation: Access Denied" >&2; exit 254 ;;
  "ok s3 ls") echo "2026-01-01 bucket" ;;
  "ok ec2 describe-instances") echo; echo "An error occurred (UnauthorizedOperation) when calling the DescribeInstances operation: You are not authorized to perform this operation." >&2; exit 254 ;;
  "ok s3api head-object") echo "An error occurred (403) when calling the HeadObject operation: Forbidden" >&2; exit 254 ;;
  *) echo "Could not connect to the endpoint URL: \\"https://sts.eu-west-1.amazonaws.com/\\"" >&2; exit 255 ;;
esac
`,
    { mode: 0o755 },
  )
  if (make === 'a program') return bin
  mkdirSync(join(bin, 'awscli'))
  const script = '#!/usr/bin/env python3\nimport sys\nimport awscli.clidriver\nsys.exit(awscli.clidriver.main())\n'
  writeFileSync(join(bin, 'aws'), script, { mode: 0o755 })
  writeFileSync(
    join(bin, 'awscli/clidriver.py'),
    `import os, sys
print(os.getpid(), file=open(${JSON.stringify(join(bin, 'loads'))}, 'a'))
def main():
    os.execv(${JSON.stringify(program)}, ['aws', *sys.argv[1:]])
`,
  )
  for (const name of ['__init__.py', 'handlers.py']) writeFileSync(join(bin, 'awscli', name), '')
  return bin
}

for (const make of makes)
  t.test(`access: denied is exactly a denial, where the CLI is ${make}`, async (t) => {
    const bin = placeCli(make)
    const metadata = { reached: `http://127.0.0.1:${port}`, silent: `http://127.0.0.1:${await freePort()}` }
    const env = (mode: string, endpoint = metadata.silent) => ({
      PATH: `${bin}:/usr/bin:/bin`,
      MODE: mode,
      COUNT: join(folder, 'count'),
      AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint,
    })
    const table = (mode: string, calls: Json, settle?: string) =>
      runOne(
        'access',
        { as: { gateway: 'gateway', agent: 'agents[0]' }, calls, ...(settle === undefined ? {} : { settle }) },
        { env: env(mode) },
      )
    const both = { 's3 ls': { gateway: 'allowed', agent: 'allowed' }, 'ec2 describe-instances': { gateway: 'denied', agent: 'denied' } }
    const good = await table('ok', both)
    t.match(good, {
      outcome: 'passed',
      result: {
        identities: { gateway: /titusappwiths3/ },
        cells: { gateway: { 'ec2 describe-instances': { code: 'UnauthorizedOperation' } } },
      },
    })
    t.equal(good.checks.length, 4)
    if (make !== 'a program') t.equal(readFileSync(join(bin, 'loads'), 'utf8').trim().split('\n').length, 2, 'one process an identity')
    const named = { as: { gateway: 'gateway' }, named: { 'the list': ['s3', 'ls'] }, calls: { 'the list': { gateway: 'allowed' } } }
    t.match(await runOne('access', named, { env: env('ok') }), { outcome: 'passed', result: { cells: { gateway: { 'the list': {} } } } })
    const wrong = await table('ok', { 's3 ls': { gateway: 'denied', agent: 'allowed' } })
    t.match(wrong, { outcome: 'failed' })
    t.same(
      wrong.checks.map(({ passed, actual }) => [passed, actual]),
      [
        [false, 'allowed'],
        [true, 'allowed'],
      ],
    )
    const one = (call: string) => ({ [call]: { gateway: 'denied', agent: 'denied' } })
    for (const [mode, call, why] of [
      ['nocreds', 's3 ls', /the metadata service does not answer at 127\.0\.0\.1:\d+ \(refused/],
      ['expired', 's3 ls', /ExpiredToken/],
      ['offline', 's3 ls', /Could not connect/],
      ['ok', 's3api head-object --bucket b', /403/],
    ] as const)
      t.match(await table(mode, one(call)), { outcome: 'errored', problem: { code: 'access-unknown', message: why } }, `${mode}: ${call}`)
    const empty = await runOne(
      'access',
      { as: { gateway: 'gateway' }, calls: { 's3 ls': { gateway: 'denied' } } },
      { env: env('nocreds', metadata.reached) },
    )
    t.match(empty, { problem: { message: /Unable to locate credentials.* can be reached, and gives none/ } })
    const missing = await runOne(
      'access',
      { as: { gateway: 'gateway' }, calls: { 's3 ls': { gateway: 'denied' } }, settle: '60s' },
      { env: { PATH: '/nowhere:/usr/sbin' } },
    )
    t.match(missing, { outcome: 'errored', problem: { message: /not installed/ } }, 'no CLI is no denial, and is not waited for')
    t.ok(missing.durationMs < 30_000)
    const late = { as: { gateway: 'gateway' }, calls: { 's3 ls': { gateway: 'allowed' } } }
    rmSync(join(folder, 'count'), { force: true })
    const settled = await runOne('access', { ...late, settle: '20s' }, { env: env('later'), timeoutMs: 3000 })
    t.match(settled, { outcome: 'passed', attempts: 1 }, 'a permission that arrives late, after the time for one look')
    t.match(await table('ok', { 's3 ls': { gateway: 'allowed' } }), {
      problem: { code: 'missing-cell', message: /s3 ls has no expectation for agent/ },
    })
  })
