import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { arch, platform } from 'node:os'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import t from 'tap'
import { TestbedError } from '../../schemas/failure.ts'
import { describeAccount } from '../../stack/account.ts'
import { checkTypes } from '../../stack/offers/check-types.ts'
import { chooseZone } from '../../stack/offers/choose-zone.ts'
import { askOffers } from '../../stack/offers/offers.ts'
import { wantedTypes } from '../../stack/offers/wanted-types.ts'
import { clientSettings } from '../../stack/aws-clients.ts'
import { identifyProcess } from '../../system/process-identity.ts'
import type { StackOutputs } from '../../stack/outputs.ts'
import { synthesize } from '../../stack/synth.ts'
import { describeTestbed } from '../../stack/testbed.ts'
import { openTerraform } from '../../stack/terraform.ts'
import { terraformEnvironment } from '../../stack/terraform/environment.ts'
import { describeEvent, parseTerraformLine } from '../../stack/terraform/events.ts'
import type { TerraformEvent } from '../../stack/terraform/events.ts'
import { outputFile } from '../../stack/terraform/layout.ts'
import { terraformFailure } from '../../stack/terraform/terraform-failure.ts'
import { findTerraform } from '../../stack/terraform/program.ts'
import { findProviderMirror } from '../../stack/terraform/provider-mirror.ts'
import { makeWorkspace, writeStack } from '../../stack/workspace.ts'
import { consoleOf, hostKeyOf } from '../cli/fake-testbed.ts'
import { startEmulator } from './emulator.ts'
import { seedCluster, seedInputs } from './fixtures.ts'
import { planImports } from './import-forgotten.ts'
import { killInTheMiddle } from './kill-in-the-middle.ts'
import { namesOfOwn } from './own-things.ts'
import { resourceTypes } from './state-resources.ts'
import { countDefaultRules, tamper } from './tamper.ts'

// Terraform sleeps for more than a minute of this; the rest is for a computer that does other things, too.
t.setTimeout(600_000)

t.test('lines of Terraform become events, and lines for a person', async (t) => {
  const hook = { resource: { addr: 'aws_vpc.titus' }, action: 'create', elapsed_seconds: 10 }
  const told = (message: object) => {
    const event = parseTerraformLine(JSON.stringify(message))
    return event === undefined ? undefined : describeEvent(event)
  }
  t.equal(told({ type: 'apply_start', hook }), undefined, 'a line comes when it is done')
  t.equal(told({ type: 'apply_complete', hook }), 'aws_vpc.titus created after 10 s')
  t.equal(told({ type: 'apply_errored', hook: { ...hook, action: 'delete' } }), 'aws_vpc.titus failed')
  t.equal(told({ type: 'apply_complete', hook: { ...hook, action: 'read' } }), undefined)
  t.strictSame(parseTerraformLine('{"type":"change_summary","changes":{"add":1,"change":2,"remove":3,"operation":"plan"}}'), {
    type: 'summary',
    add: 1,
    change: 2,
    destroy: 3,
  })
  t.strictSame(parseTerraformLine('{"type":"planned_change","change":{"resource":{"addr":"a.b"},"action":"replace"}}'), {
    type: 'planned',
    address: 'a.b',
    action: 'replace',
  })
  t.strictSame(parseTerraformLine('{"type":"outputs","outputs":{"a":{"value":"x"},"b":{"value":1},"c":{}}}'), {
    type: 'outputs',
    outputs: { a: 'x', b: '1' },
  })
  for (const line of ['', 'Initializing', '[1]', 'null', '{"type":"version"}']) t.equal(parseTerraformLine(line), undefined, line)
})

t.test('what Terraform could not do is one error, without the source line and its secrets', async (t) => {
  const diagnostic = { severity: 'error', summary: 'no', detail: 'AccessDenied: no', address: 'aws_vpc.titus', snippet: { code: 'SECRET' } }
  const event = parseTerraformLine(JSON.stringify({ type: 'diagnostic', diagnostic })) as TerraformEvent & { type: 'diagnostic' }
  const error = terraformFailure('apply', [event, event], ['noise'])
  t.equal(error.message, 'terraform apply failed\n  aws_vpc.titus: no\n  AccessDenied: no')
  t.match(error.hint, 'get-caller-identity')
  t.match(terraformFailure('init', [], ['broken']).message, 'broken')
  const cures = [
    ['it was killed by signal 9', 'titus-bed destroy'],
    ['InvalidLaunchTemplateName.AlreadyExistsException: Launch template name already in use.', 'another name'],
    ['data.aws_ami.image_x86_64: Your query returned no results.', 'another image or region'],
    ['Unsupported state file format: The state file could not be parsed as JSON', 'terraform.tfstate.backup'],
    ['api error Unsupported: Your requested instance type (m4.large) is not supported', 'another instance type'],
  ] as const
  for (const [said, cure] of cures) t.match(terraformFailure('apply', [], [said]).hint, cure)
})

t.test('the environment leads Terraform to the endpoint and nowhere else', async (t) => {
  const stray = {
    PATH: '/bin',
    TF_LOG: 'trace',
    TF_VAR_x: '1',
    CDKTF_OUTDIR: 'x',
    AWS_PROFILE: 'mine',
    AWS_SECRET_ACCESS_KEY: 's',
    AWS_ENDPOINT_URL_S3: 'x',
  }
  const inLab = terraformEnvironment(stray, { endpoint: 'http://127.0.0.1:1', credentialsFile: '/c' }, 'eu-west-1')
  t.strictSame(inLab, {
    PATH: '/bin',
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/c',
    AWS_PROFILE: 'default',
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    GOGC: '400',
  })
  t.match(terraformEnvironment(stray, {}, 'eu-west-1'), { AWS_PROFILE: 'mine', AWS_SECRET_ACCESS_KEY: 's' })
  t.notOk('TF_CLI_CONFIG_FILE' in terraformEnvironment({ TF_CLI_CONFIG_FILE: '/no/such' }, {}, 'eu-west-1'))
})

t.test('a missing Terraform is said with its cure', async (t) => {
  t.throws(() => findTerraform(t.testdir()), TestbedError)
  const both = t.testdir({ tofu: '' })
  t.throws(() => findTerraform(both), TestbedError, 'a file that cannot be run is no program')
})

t.test('a provider mirror is found where one may lie, unless the user says where providers come from', async (t) => {
  const version = `registry.terraform.io/hashicorp/aws/5.100.0/${platform()}_${arch() === 'x64' ? 'amd64' : arch()}`
  const root = t.testdir({ shelf: { other: {}, mirror: {} }, home: { '.terraformrc': 'plugin_cache_dir = "x"' } })
  const search = { home: join(root, 'home'), configFile: undefined, shelves: [join(root, 'shelf'), join(root, 'absent')] }
  mkdirSync(join(root, 'shelf/mirror', version), { recursive: true })
  t.equal(findProviderMirror(search), join(root, 'shelf/mirror'))
  writeFileSync(join(root, 'home/.terraformrc'), 'provider_installation { direct {} }')
  t.equal(findProviderMirror(search), undefined)
})

t.test('against the AWS API of the lab', async (t) => {
  const folder = t.testdir()
  const packageText = 'a package'
  const sha256 = createHash('sha256').update(packageText).digest('hex')
  const inputs = { ...seedInputs, packages: seedInputs.packages.map((item) => ({ ...item, sha256 })) }
  const makeStack = (name: string) => {
    const made = makeWorkspace(folder, name)
    mkdirSync(join(made.terraform, 'packages'))
    for (const { file } of inputs.packages) writeFileSync(join(made.terraform, 'packages', file), packageText)
    writeStack(made, synthesize({ ...seedCluster, name }, inputs))
    return made
  }
  const workspace = makeStack('titus')

  const { stop, ...access } = await startEmulator(folder)
  t.teardown(stop)
  const lines: string[] = []
  const onEvent = (event: TerraformEvent) => void lines.push(describeEvent(event) ?? '')
  const options = { folder: workspace.terraform, region: 'eu-west-1', access, onEvent }

  await t.test('an apply that is interrupted saves what it has made', async (t) => {
    const interrupt = new AbortController()
    // What Terraform asks for at the moment of the interruption may be made and not saved: it must not be in the way of the next.
    const stopped = makeStack('stopped')
    const terraform = await openTerraform({
      ...options,
      folder: stopped.terraform,
      signal: interrupt.signal,
      onEvent: (event) => {
        if (event.type === 'started' && event.address === 'aws_vpc.titus') interrupt.abort()
      },
    })
    const error = await terraform.apply().catch((caught: unknown) => caught)
    t.ok(error instanceof TestbedError)
    t.match((error as TestbedError).message, 'stopped')
    const types = resourceTypes(stopped)
    for (const type of ['aws_vpc', 'aws_iam_role', 'aws_s3_bucket', 'aws_key_pair']) t.ok(types.includes(type), type)
  })

  await t.test('a command that is killed leaves a Terraform that finishes, and the next one waits for it', async (t) => {
    const orphan = await killInTheMiddle(workspace, access)
    t.ok(identifyProcess(orphan), 'it goes on alone')
    const waits: string[] = []
    await openTerraform({ ...options, onWait: (line) => void waits.push(line) })
    t.equal(identifyProcess(orphan), undefined, 'it has ended')
    t.match(waits.join(), String(orphan))
    const said = () => readFileSync(join(workspace.terraform, outputFile), 'utf8').slice(-4000)
    t.equal(resourceTypes(workspace).length, 46, 'it made the rest', { said: said() })
  })

  const terraform = await openTerraform(options)
  await t.test('a second look finds nothing to change', async (t) => {
    t.strictSame(await terraform.plan(), { add: 0, change: 0, destroy: 0, items: [] })
    for (const file of ['terraform.tfstate', 'cdk.tf.json', 'output.log', 'titus-bed.tfplan']) {
      t.equal(statSync(join(workspace.terraform, file)).mode & 0o077, 0, `${file} is for its owner alone`)
    }
  })

  const about = {
    name: 'titus',
    target: 'lab',
    region: 'eu-west-1',
    account: '123456789012',
    access,
    hostKeys: new Map(),
    identityFile: '/key',
    loginUser: 'admin',
  } as const
  await t.test('the account, the zone and the machines are as the API says', async (t) => {
    t.match(await describeAccount(access, 'eu-west-1'), { id: '123456789012', identity: /^arn:aws:/ })
    const wanted = wantedTypes(seedCluster)
    const types = wanted.map(({ type }) => type)
    const offers = await askOffers(access, 'eu-west-1', types)
    t.strictSame(chooseZone('eu-west-1', wanted, offers), { zone: 'eu-west-1a', flaws: [] })
    t.strictSame(checkTypes(seedCluster, offers.types), [])
    const outputs = await terraform.outputs()
    const [noRelay, readConsole] = [async () => undefined, async (id: string) => consoleOf(id)]
    const testbed = await describeTestbed({ ...about, outputs }, noRelay, readConsole)
    t.strictSame(
      testbed.hosts.map(({ name }) => name),
      ['bastion', 'prereqs', 'master', 'gateway', 'agents[0]'],
    )
    t.equal(testbed.hosts[0]?.route[0]?.address, outputs['bastion_ip'])
    t.ok(testbed.hosts.every(({ instanceId, route }) => route.at(-1)?.hostKeys[0] === hostKeyOf(instanceId)))
  })

  await t.test('every volume, and the interfaces of agents, carry the name of their machine and the testbed', async (t) => {
    t.strictSame(await namesOfOwn(access, 'titus'), {
      volumes: ['titus-agent', 'titus-bastion', 'titus-gateway', 'titus-master', 'titus-prereqs'],
      interfaces: ['titus-agent'],
    })
  })

  await t.test('a machine fetches its package with its own role, and takes no other', async (t) => {
    const sts = new STSClient(clientSettings(access, 'eu-west-1'))
    const { Credentials: session } = await sts.send(
      new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::123456789012:role/titusmasterInstanceProfile', RoleSessionName: 'i-0123' }),
    )
    const metadata = { AccessKeyId: session?.AccessKeyId, SecretAccessKey: session?.SecretAccessKey, Token: session?.SessionToken }
    const fetch = (sum: string) => {
      const prelude = readFileSync(new URL('../../stack/user-data/prelude.sh', import.meta.url), 'utf8')
      const file = join(folder, `fetched-${sum}`)
      const script = `${prelude}
        metadata() { if [[ $1 == */ ]]; then echo role; else printf %s "$CREDENTIALS"; fi; }
        fetch ${sum} packages/${inputs.packages[0]?.file} ${file}`
      const env = {
        PATH: process.env['PATH'],
        REGION: 'eu-west-1',
        AWS_DOMAIN: 'amazonaws.com',
        LOG_BUCKET: 'titus-log-bucket-123456789012',
        S3_ENDPOINT: access.endpoint,
        CREDENTIALS: JSON.stringify(metadata),
      }
      return { file, ...spawnSync('bash', ['-c', script], { env, encoding: 'utf8' }) }
    }
    const right = fetch(sha256)
    t.equal(right.status, 0, right.stderr)
    t.equal(readFileSync(right.file, 'utf8'), packageText)
    t.not(fetch('0'.repeat(64)).status, 0)
  })

  await t.test('what somebody took away comes back, and what somebody opened is closed, as planned', async (t) => {
    const outputs = (await terraform.outputs()) as unknown as StackOutputs
    t.equal(await countDefaultRules(access, outputs), 0)
    await tamper(access, outputs, 'titus-log-bucket-123456789012')
    const items = [
      { address: 'aws_default_security_group.default_group', action: 'update' },
      { address: 'aws_s3_bucket_ownership_controls.titus_log_bucket_ownership', action: 'update' },
      { address: 'aws_s3_bucket_public_access_block.titus_log_bucket_public_access', action: 'create' },
      { address: 'aws_security_group_rule.titusapp_http', action: 'create' },
    ]
    t.strictSame(await terraform.plan(), { add: 2, change: 2, destroy: 0, items })
    const changes = await terraform.changes()
    t.strictSame(
      changes.map(({ address }) => address).toSorted(),
      items.map(({ address }) => address),
    )
    const rule = changes.find(({ address }) => address === 'aws_security_group_rule.titusapp_http')
    t.match(
      rule?.attributes.find(({ path }) => path === 'from_port'),
      { before: 'absent', after: { value: 80 } },
    )
    const applied = await terraform.apply({ planned: true })
    t.match(applied, { add: 2, change: 2, destroy: 0 })
    t.equal(await countDefaultRules(access, outputs), 0)
    t.strictSame(applied.outputs, await terraform.outputs())
    t.match(applied.outputs, { master_ip: '30.0.100.11', agent_asg_name: 'titusagent' })
    t.ok(lines.some((line) => /^aws_security_group_rule\.titusapp_http created after \d+ s$/.test(line)))
    t.notOk(existsSync(join(workspace.terraform, 'titus-bed.tfplan')), 'a plan is good for one apply')
  })

  await t.test('five resources that the state forgot are imported by their ids, and the drift is healed', async (t) => {
    const plan = planImports(workspace, access)
    const said = (pattern: RegExp) => plan.split('\n').flatMap((line) => pattern.exec(line)?.[1] ?? [])
    // What was tampered with above, and all else that were not as the stack has it, would be in this plan, too.
    t.same(said(/^ {2}# (aws_.*)$/), [
      'aws_iam_role.titusappnos3InstanceProfile will be imported',
      'aws_instance.bastion must be replaced',
      'aws_nat_gateway.nat will be imported',
      'aws_s3_bucket.titus_log_bucket will be updated in-place',
      'aws_security_group_rule.titusapp_http will be imported',
    ])
    t.same(said(/^(Plan: .*)$/), ['Plan: 5 to import, 1 to add, 1 to change, 1 to destroy.'])
    t.same(said(/^ {6}[+~] (\w+) += (?!.*\(known after apply\))/), ['user_data_base64', 'user_data_replace_on_change', 'force_destroy'])
  })

  await t.test('destroy leaves nothing in the state', async (t) => {
    t.equal((await terraform.destroy()).destroy, 46)
    t.strictSame(resourceTypes(workspace), [])
  })
})
