import type { AgentAttributes, AgentResources } from '../../protocol/mesos-protocol.ts'

/** The agent's configuration, from its environment (`/etc/titus/mesos-agent.env`). */
export interface AgentSettings {
  /** ZooKeeper servers (`host:port,host:port`) and the path below which Mesos masters register. */
  readonly zookeeper: string
  readonly path: string
  readonly hostname: string
  readonly ip: string
  readonly port: number
  readonly workFolder: string
  readonly resources: AgentResources
  readonly attributes: AgentAttributes
  /** The program that runs tasks. */
  readonly executor: string
}

/** A setting is missing or cannot be read; the message names it. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
}

/** Reads MESOS_MASTER, MESOS_IP, MESOS_HOSTNAME, MESOS_PORT, MESOS_WORK_DIR, MESOS_RESOURCES, MESOS_ATTRIBUTES. Throws SettingError. */
export function parseSettings(env: Readonly<Record<string, string | undefined>>): AgentSettings {
  const need = (name: string): string => {
    const value = env[name]
    if (value === undefined || value === '') throw new SettingError(`${name} is not set`)
    return value
  }
  const [, zookeeper, path] = /^zk:\/\/([^/]+)(\/.*[^/])\/?$/.exec(need('MESOS_MASTER')) ?? []
  if (zookeeper === undefined || path === undefined) throw new SettingError('MESOS_MASTER is not of the form zk://host:port/path')
  const ip = need('MESOS_IP')
  const port = Number(env['MESOS_PORT'] ?? 5051)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new SettingError(`MESOS_PORT is not a port: ${env['MESOS_PORT']}`)
  return {
    zookeeper: zookeeper.replace(/^.*@/, ''),
    path,
    hostname: env['MESOS_HOSTNAME'] || ip,
    ip,
    port,
    workFolder: env['MESOS_WORK_DIR'] || '/var/lib/mesos',
    resources: parseResources(need('MESOS_RESOURCES')),
    attributes: parseAttributes(env['MESOS_ATTRIBUTES'] ?? ''),
    executor: env['MESOS_EXECUTOR'] || '/apps/titus-executor/bin/run',
  }
}

/** Reads `ports:[7150-7200];cpus:2;mem:7168;disk:30000;network:9000`. Throws SettingError when a number is missing or is none. */
export function parseResources(text: string): AgentResources {
  const pairs = parseAttributes(text)
  const number = (name: string): number => {
    const value = Number(pairs[name])
    if (pairs[name] === undefined || !Number.isFinite(value)) throw new SettingError(`MESOS_RESOURCES has no number for ${name}: ${text}`)
    return value
  }
  return { cpus: number('cpus'), mem: number('mem'), disk: number('disk'), network: number('network'), ports: pairs['ports'] ?? '[]' }
}

/** Reads `name:value;name:value`; a value may hold colons. */
export function parseAttributes(text: string): AgentAttributes {
  const pairs = text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part.includes(':'))
  return Object.fromEntries(pairs.map((part) => [part.slice(0, part.indexOf(':')).trim(), part.slice(part.indexOf(':') + 1).trim()]))
}

/** Reads `ResourceSet-ENIs-<interfaces>-<addresses of each>`, what titus-vpc-tool genconf prints. Throws SettingError. */
export function parseInterfaceLimits(res: string | undefined): { readonly interfaces: number; readonly addresses: number } {
  const [, interfaces, addresses] = /^ResourceSet-ENIs-(\d+)-(\d+)$/.exec(res ?? '') ?? []
  if (interfaces === undefined) throw new SettingError(`MESOS_ATTRIBUTES has no res of the form ResourceSet-ENIs-N-M: ${res}`)
  return { interfaces: Number(interfaces), addresses: Number(addresses) }
}
