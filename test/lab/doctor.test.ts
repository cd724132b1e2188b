import t from 'tap'
import { describeFailures, examineComputer, requireLab } from '../../lab/doctor.ts'
import { installCommand } from '../../lab/doctor/programs.ts'
import { missingCapabilities } from '../../lab/doctor/resources.ts'
import { TestbedError } from '../../schemas/failure.ts'

t.test('capabilities are read from the effective set', (t) => {
  t.same(missingCapabilities('Name:\tx\nCapEff:\t000001ffffffffff\n'), [])
  t.same(missingCapabilities('CapEff:\t00000000a80425fb\n'), ['CAP_NET_ADMIN', 'CAP_SYS_ADMIN'])
  t.end()
})

t.test('missing packages become one command, other cures stand by themselves', (t) => {
  const error = describeFailures([
    { id: 'program-nft', ok: false, what: 'nft is not on PATH', cure: 'apt-get install nftables' },
    { id: 'program-ip', ok: false, what: 'ip is not on PATH', cure: 'apt-get install iproute2' },
    { id: 'moto', ok: false, what: 'no moto', cure: 'pip install moto' },
  ])
  t.ok(error instanceof TestbedError)
  t.same(error.hint?.split('\n'), [installCommand(['iproute2', 'nftables']), 'pip install moto'])
  t.match(error.message, /nft is not on PATH[^]*no moto/)
  t.end()
})

t.test('installing takes sudo unless one is root', (t) => {
  t.match(installCommand(['nftables'], false), /^sudo apt-get install .* nftables$/)
  t.match(installCommand(['nftables'], true), /^apt-get install .* nftables$/)
  t.end()
})

t.test('every failed finding of this computer says how to cure it', async (t) => {
  const findings = await examineComputer({ stateDir: t.testdir() })
  t.ok(findings.length > 10)
  t.equal(new Set(findings.map(({ id }) => id)).size, findings.length)
  for (const finding of findings) t.equal(finding.ok, finding.cure === undefined, finding.what)
})

t.test('a folder that cannot be written to is told with the programs that are missing, in one error with the cure of each', async (t) => {
  const error = await requireLab({ stateDir: '/proc/titus-bed', path: '/nowhere' }).catch((caught: unknown) => caught)
  t.ok(error instanceof TestbedError)
  const { message, hint = '' } = error as TestbedError
  for (const part of ['neither terraform nor tofu', 'no Python with moto', 'disk at /proc', 'nft is not on PATH']) t.match(message, part)
  t.notMatch(message, 'connection tracking', 'what needs a program that is missing is not tried')
  const [install, ...others] = hint.split('\n')
  t.match(install, /apt-get install .* e2fsprogs iproute2 mount nftables .* systemd-container tar util-linux$/)
  t.match(others.join(), /setup\/setup\.sh.*pip install/)
})
