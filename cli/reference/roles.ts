import { hostRoles } from '../../schemas/roles/index.ts'
import type { HostRole } from '../../schemas/roles/host-role.ts'
import type { Chapter, Topic } from './topic.ts'

/** The chapter of what the hosts of a testbed are for. */
export function roleChapter(): Chapter {
  return {
    page: 'roles',
    title: 'Roles of hosts',
    introduction: 'A testbed has each machine once, and the groups in any number. `host:` of a step, `ssh` and `exec` take these names.',
    topics: Object.entries(hostRoles).map(([name, role]) => roleTopic(name, role)),
  }
}

function roleTopic(name: string, role: HostRole & { readonly hostNumber?: number }): Topic {
  const { description, instanceType, subnet, securityGroup, packages, runsContainers, hostNumber } = role
  const items = [
    { name: 'instance type', meaning: `\`${instanceType}\`, unless cluster.yaml names another.` },
    { name: 'subnet', meaning: `${subnet}${hostNumber === undefined ? '' : `; its address is number ${hostNumber} there`}.` },
    { name: 'security group', meaning: `${securityGroup}.` },
    { name: 'packages', meaning: packages.length === 0 ? 'none.' : `${packages.join(', ')}.` },
    { name: 'containers', meaning: runsContainers ? 'it runs some.' : 'none.' },
  ]
  return { name: `role.${name}`, summary: description, lists: [{ title: 'Facts', items }] }
}
