import { readFileSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import type { Test } from 'tap'
import { parse } from 'yaml'
import { makeNetflixPackages } from './netflix-packages.ts'
import { breaksOf, noticeBreaks } from './notice-breaks.ts'
import { root, titusBed } from './product.ts'

/* The distribution's own system as its cloud image has it, in the lab: the real cloud-init runs the user data of all five machines, and real
 * apt installs what it asks for, through the lab's door. What it installs of Titus are packages by role that have the names, units and needs
 * of Netflix's. All scenarios are green on it, and those about access notice what is broken, as on every other testbed. */

function describe(cwd: string): void {
  const shipped = parse(readFileSync(join(root, 'cluster.yaml'), 'utf8')) as { readonly access: object | null; readonly titus: object }
  const packages = {
    from: './deb',
    sha256: makeNetflixPackages(join(cwd, 'deb')),
    master: ['titus-server-master', 'mesos'],
    gateway: ['titus-server-gateway'],
    agents: ['titus-executor', 'titus-vpc-driver', 'mesos'],
  }
  const cluster = {
    ...shipped,
    lab: { image: 'stock' },
    access: { ...shipped.access, metadata: { tokens: 'optional' } },
    titus: { ...shipped.titus, agent: 'netflix', packages },
  }
  // What is JSON is YAML.
  writeFileSync(join(cwd, 'cluster.yaml'), JSON.stringify(cluster))
}

async function look(t: Test, cwd: string): Promise<void> {
  /** What a shell says on a host. */
  const on = async (host: string, script: string): Promise<string> => {
    const { stdout, stderr } = await titusBed(cwd, 'exec', host, '--', 'sh', '-c', script)
    return `${stdout}${stderr}`.trim()
  }
  const installed = "dpkg-query --show --showformat='${Package} ${Version} ${db:Status-Abbrev}\\n'"

  await t.test('cloud-init runs the user data of all machines, and apt installs what it asks for', async (t) => {
    const asked = 'cloud-init status --wait; cloud-init query platform; id -un'
    for (const host of ['bastion', 'prereqs', 'master', 'gateway', 'agents[0]'])
      t.match(await on(host, asked), /^\.*status: done\nec2\nadmin$/, host)
    t.equal(await on('master', `${installed} titus-server-master mesos`), 'mesos 1.1.3-2.0.1 ii \ntitus-server-master 0.0.1-1 ii')
    t.equal(await on('gateway', `${installed} titus-server-gateway`), 'titus-server-gateway 0.0.1-1 ii')
    t.match(await on('agents[0]', `${installed} titus-executor titus-vpc-driver nodejs docker.io awscli`), /^(?:.* ii ?(?:\n|$)){5}$/)
  })

  await t.test("Netflix's packages find what they need, and what they must not do is off", async (t) => {
    const environment = await on('master', 'systemctl show --property=Environment titus-server-master')
    t.match(environment, /\bMESOS_NATIVE_JAVA_LIBRARY=\/usr\/lib\/libmesos\.so\b/)
    const units = 'mesos-agent titus-metadata-proxy titus-setup-networking mesos-slave'
    t.equal(await on('agents[0]', `systemctl is-active ${units}`), 'active\nactive\nactive\ninactive')
    t.equal(await on('agents[0]', 'stat -c %F /metatron; cat /etc/titus-executor/config.json'), 'regular empty file\n{}')
    const engine = await on('agents[0]', "docker info --format '{{.InitBinary}} {{.Driver}}'")
    t.equal(engine, '/apps/titus-executor/bin/tini-static overlay2')
  })

  await t.test('nothing gets out but to the servers of the distribution', async (t) => {
    t.match(await on('master', 'curl -sS -m 5 http://example.com/'), /Could not resolve host/)
    t.match(await on('master', 'apt-cache policy nginx'), /Candidate: \d/)
  })

  await t.test("the agent's routes outlive those who manage the network beside it", async (t) => {
    await cp(join(root, 'test/e2e/stock.yaml'), join(cwd, 'stock.yaml'))
    const ran = await titusBed(cwd, 'run', 'stock.yaml')
    t.equal(ran.code, 0, 'run', { stdout: ran.stdout.slice(-4000) })
  })
}

await noticeBreaks(breaksOf('access'), { describe, look, green: 'all' })
