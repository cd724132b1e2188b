import { countOf } from '../../system/count-of.ts'
import type { Json } from '../../schemas/json.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import type { PlannedResource } from './plan-document.ts'

/** What dies, or stands still, when a resource is changed; undefined where nothing does. How many agents there are is what the plan saw just
 *  now; tasks are not counted, since no one but the cluster knows them.
 *  @param action  what is done to it
 *  @param all     every resource of the plan, of which the agents' group says how many there are */
export function lossOf(resource: PlannedResource, action: string, all: readonly PlannedResource[]): string | undefined {
  const { type, name, change } = resource
  const ends = action === 'replace' || action === 'delete'
  if (type === 'aws_autoscaling_group' && action === 'update') return fewerAgents(change)
  if (type === 'aws_instance' && action === 'update') return restart(resource)
  if (!ends) return undefined
  if (type === 'aws_instance') return `machine ${name} and all that is on it`
  if (type === 'aws_s3_bucket') return 'all logs and packages in the bucket'
  if (type !== 'aws_launch_template' && type !== 'aws_autoscaling_group') return undefined
  const group = all.find((other) => other.type === 'aws_autoscaling_group')
  const count = partOf(group?.change.before, 'desired_capacity')
  if (count === 0) return undefined
  if (count === 1) return 'the only agent and its tasks'
  return `all ${typeof count === 'number' ? `${count} ` : ''}agents and their tasks`
}

/** Auto Scaling ends as many as are too many. */
function fewerAgents({ before, after }: PlannedResource['change']): string | undefined {
  const [had, wanted] = [partOf(before, 'desired_capacity'), partOf(after, 'desired_capacity')]
  if (typeof had !== 'number' || typeof wanted !== 'number' || had <= wanted) return undefined
  return `${countOf(had - wanted, 'agent')} of ${had} and ${had - wanted === 1 ? 'its tasks' : 'their tasks'}`
}

/** The type of an instance can be changed only while it is stopped, and Terraform sees to that. */
function restart({ name, change: { before, after } }: PlannedResource): string | undefined {
  if (partOf(before, 'instance_type') === partOf(after, 'instance_type')) return undefined
  return `what runs on machine ${name}: it is stopped, and started again`
}

function partOf(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) ? value[name] : undefined
}
