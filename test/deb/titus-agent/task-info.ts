import type { TaskInfo } from '../../../deb/protocol/mesos-protocol.ts'

/** A task as the master hands it over; `change` replaces what a test is about. */
export function makeTask(change: Partial<TaskInfo> = {}): TaskInfo {
  return {
    taskId: '8AD0dccc-657f-419a-b67e-33f886aee567',
    jobId: 'job',
    image: 'alpine:latest',
    entryPoint: ['/bin/sleep', '1h'],
    env: { TITUS_TASK_ID: '8AD0dccc', TITUS_TASK_INSTANCE_ID: 'instance', MINE: 'a b', EC2_LOCAL_IPV4: 'overridden' },
    cpu: 1.5,
    memoryMB: 512,
    diskMB: 1024,
    networkMbps: 128,
    securityGroups: ['sg-1'],
    iamRole: 'arn:aws:iam::123456789012:role/app',
    eniIndex: 0,
    killWaitSec: 10,
    ...change,
  }
}
