import type { TaskInfo } from '../../protocol/mesos-protocol.ts'

/** The environment of the executor's own process, from which some variables are handed on. */
export type HostEnvironment = Readonly<Record<string, string | undefined>>

const handedOn: readonly (readonly [string, string])[] = [
  ['NETFLIX_ENVIRONMENT', 'NETFLIX_ENVIRONMENT'],
  ['NETFLIX_ACCOUNT', 'NETFLIX_ACCOUNT'],
  ['NETFLIX_STACK', 'TITUS_STACK'],
  ['EC2_INSTANCE_ID', 'EC2_INSTANCE_ID'],
  ['EC2_REGION', 'EC2_REGION'],
  ['EC2_AVAILABILITY_ZONE', 'EC2_AVAILABILITY_ZONE'],
  ['EC2_OWNER_ID', 'EC2_OWNER_ID'],
  ['EC2_VPC_ID', 'EC2_VPC_ID'],
  ['EC2_RESERVATION_ID', 'EC2_RESERVATION_ID'],
]

/** Names under which a private certificate authority is told to the AWS tools; set on a task only where its host has them. */
const authorityNames = ['AWS_CA_BUNDLE', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'] as const

/**
 * The environment of a task's container, in the order of precedence of titus-executor: constants, what the host hands on, the task's own
 * (which the master has put together), the executor's last words.
 *
 * @param address   the container's VPC address
 * @param hostCa    path of the host's certificate bundle where /etc/environment names one
 * @see             titus-executor 2018-05, container environment; AWS_METADATA_SERVICE_* observed in titus-isolate's sample
 */
export function buildEnvironment(task: TaskInfo, address: string, host: HostEnvironment, hostCa?: string): Record<string, string> {
  const copied: [string, string][] = []
  for (const [from, to] of handedOn) {
    const value = host[from]
    if (value !== undefined && value !== '') copied.push([to, value])
  }
  return {
    NETFLIX_APPUSER: 'appuser',
    EC2_DOMAIN: 'amazonaws.com',
    AWS_METADATA_SERVICE_TIMEOUT: '5',
    AWS_METADATA_SERVICE_NUM_ATTEMPTS: '3',
    ...(hostCa === undefined ? {} : Object.fromEntries(authorityNames.map((name) => [name, hostCa]))),
    ...Object.fromEntries(copied),
    ...task.env,
    TITUS_IAM_ROLE: task.iamRole,
    EC2_LOCAL_IPV4: address,
    TITUS_REDIRECT_STDOUT: '/logs/stdout',
    TITUS_REDIRECT_STDERR: '/logs/stderr',
    TITUS_UNIX_CB_PATH: `/titus-executor-sockets/${task.taskId}.sock`,
    TITUS_CONFIRM: 'true',
  }
}
