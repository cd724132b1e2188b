/** Who leads and since when, in milliseconds since the epoch. */
export interface LeaderFacts {
  readonly hostname: string
  readonly ip: string
  readonly apiPort: number
  readonly isLeader: boolean
  readonly startedAt: number
  readonly electedAt: number
  /** `host:port` of the leading Mesos master, empty while there is none. */
  readonly mesosLeader: string
}

/** GET /api/v2/status. */
export function statusJson(facts: LeaderFacts, now: number): object {
  const seconds = Math.floor((now - facts.startedAt) / 1000)
  const text = facts.isLeader ? new Date(facts.electedAt).toISOString() : ''
  return {
    leader: facts.isLeader,
    active: facts.isLeader,
    upTime: `${Math.floor(seconds / 3600)}h ${Math.floor(seconds / 60) % 60}m ${seconds % 60}s`,
    electionTimeStamp: text,
    activeTimeStamp: text,
    activationTime: '0s',
    serviceActivationTimes: [],
    serviceActivationOrder: [],
  }
}

/** GET /api/v2/leader. */
export function leaderJson(facts: LeaderFacts): object {
  return {
    hostname: facts.hostname,
    hostIP: facts.ip,
    apiPort: facts.apiPort,
    apiStatusUri: '/api/v2/jobs',
    createTime: facts.electedAt,
    mesosLeader: facts.mesosLeader,
    mesosServers: facts.mesosLeader === '' ? [] : [facts.mesosLeader],
  }
}

/** GET /api/v2/management/applications: the one capacity group there is. MiB and Mbit/s for each of its instances. */
export const capacityGroupsJson: readonly object[] = [
  {
    appName: 'DEFAULT',
    tier: 'Flex',
    instanceCPU: 2,
    instanceMemoryMB: 4096,
    instanceDiskMB: 1024,
    instanceNetworkMbs: 128,
    instanceCount: 10,
  },
]
