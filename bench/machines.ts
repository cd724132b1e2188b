import { setMaxListeners } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import { cacheFolder } from '../cli/product/folders.ts'
import { listMachines, openRelay, startLab, stopLab } from '../lab/index.ts'
import { createHops } from '../runner/hops/hops.ts'
import type { Hop, Testbed } from '../schemas/testbed.ts'
import { clientSettings } from '../stack/aws-clients.ts'
import { makeKeyPair, withoutComment } from '../stack/keys.ts'
import { time } from './figure.ts'
import type { Bench, Figure } from './figure.ts'
import { labImages } from './images.ts'
import { launch, prepareGround } from './launch.ts'
import type { Launched } from './launch.ts'

const region = 'eu-west-1'
const [plainMachines, containerHosts] = [3, 2]
const deadlineMs = 120_000
const pollMs = 50

/** A lab without a testbed: its start, and five machines launched in it through the EC2 API, again and again. */
export async function measureMachines({ folder, runs, say, signal }: Bench): Promise<readonly Figure[]> {
  const stateDir = join(folder, 'machines', 'lab')
  const options = {
    stateDir,
    cacheDir: cacheFolder(),
    region,
    images: labImages(),
    progress: (line: string) => say(`lab: ${line}`),
    signal,
  }
  await mkdir(join(folder, 'machines'))
  const [login, hostKey] = [makeKeyPair('bench'), makeKeyPair('bench host')]
  const identityFile = join(folder, 'machines', 'login')
  await writeFile(identityFile, login.privateKey, { mode: 0o600 })
  try {
    // Without the images, which have a figure of their own
    await startLab(options)
    await stopLab(stateDir)
    let connection = await startLab(options)
    const start: number[] = []
    for (let run = 0; run < runs; run += 1) {
      await stopLab(stateDir)
      start.push(await time(async () => (connection = await startLab(options))))
    }
    const client = new EC2Client(clientSettings(connection, region))
    const ground = await prepareGround(client, `${connection.internetAddress}/32`, login.publicKey)
    const samples: number[] = []
    for (let run = 0; run <= runs; run += 1) {
      say(`machines: launching five, ${run + 1} of ${runs + 1}`)
      let launched: readonly Launched[] = []
      const sample = await time(async () => {
        const of = (count: number, isContainerHost: boolean) =>
          launch(client, ground, { count, isContainerHost, userData: firstBoot(hostKey.privateKey, isContainerHost) })
        launched = (await Promise.all([of(plainMachines, false), of(containerHosts, true)])).flat()
        await waitForAll(stateDir, launched, { identityFile, hostKeys: [withoutComment(hostKey.publicKey)] }, signal)
      })
      samples.push(sample)
      await client.send(new TerminateInstancesCommand({ InstanceIds: launched.map(({ instanceId }) => instanceId) }))
      const limit = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)])
      while ((await listMachines(stateDir)).length > 0) await sleep(pollMs, undefined, { signal: limit })
    }
    client.destroy()
    const how = 'RunInstances until SSH log-in on all five, `docker version` from two; cold: the first in a lab just started'
    return [
      { name: 'lab start', cold: start, warm: [], how: 'no lab until the API answers, images cached' },
      { name: 'five machines, Docker', cold: samples.slice(0, 1), warm: samples.slice(1), how },
    ]
  } finally {
    await stopLab(stateDir)
  }
}

/** Places the host key that is expected, and starts the engine where there is one. */
function firstBoot(hostKey: string, isContainerHost: boolean): string {
  const key = '/etc/ssh/ssh_host_ed25519_key'
  return [
    '#!/bin/bash',
    'set -eu',
    'rm -f /etc/ssh/ssh_host_*',
    `(umask 077 && cat >${key} <<'KEY'\n${hostKey}KEY\n)`,
    'systemctl --no-block restart ssh',
    ...(isContainerHost ? ['systemctl --no-block start docker', 'usermod -aG docker ubuntu'] : []),
    '',
  ].join('\n')
}

async function waitForAll(
  stateDir: string,
  launched: readonly Launched[],
  login: Pick<Hop, 'identityFile' | 'hostKeys'>,
  signal: AbortSignal,
): Promise<void> {
  const hosts = await Promise.all(
    launched.map(async ({ instanceId, publicAddress: address }) => {
      const relay = await openRelay(stateDir, address, 22)
      const hop = { name: instanceId, address: relay.host, port: relay.port, user: 'ubuntu', ...login }
      return { name: instanceId, instanceId, address, user: 'ubuntu', route: [hop] }
    }),
  )
  const testbed: Testbed = { name: 'bench', target: 'lab', region, account: '', hosts, outputs: {}, api: {} }
  const hops = createHops(testbed)
  const limit = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)])
  // Five machines wait at once, each with a few listeners
  setMaxListeners(0, limit)
  const isReady = async ({ instanceId, isContainerHost }: Launched): Promise<boolean> => {
    const argv = isContainerHost ? ['sudo', 'docker', 'version', '--format', '{{.Server.Version}}'] : ['true']
    const exit = await hops
      .machine(instanceId)
      .exec(argv, { timeoutMs: 10_000, signal: limit })
      .catch(() => undefined)
    return exit?.exitCode === 0
  }
  try {
    await Promise.all(
      launched.map(async (machine) => {
        while (!(await isReady(machine))) await sleep(pollMs, undefined, { signal: limit })
      }),
    )
  } finally {
    await hops.close()
  }
}
