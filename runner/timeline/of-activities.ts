import type { Json } from '../../schemas/json.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import type { Moment } from './moment.ts'

/** What Auto Scaling did, as DescribeScalingActivities tells it: when each activity began and why, and when it ended and how.
 *  @see docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Activity.html */
export function momentsOfActivities(answer: Json | undefined): readonly Omit<Moment, 'host'>[] {
  const whole = isObject(answer) && isObject(answer['json']) ? answer['json'] : answer
  const activities = isObject(whole) ? whole['Activities'] : undefined
  if (!Array.isArray(activities)) return []
  return (activities as readonly Json[]).filter(isObject).flatMap((activity) => {
    const text = (key: string) => {
      const value = activity[key]
      return typeof value === 'string' ? value : ''
    }
    const what = text('Description') || 'an activity of Auto Scaling'
    const tell = (stamp: string, told: readonly string[]) => {
      const at = Date.parse(stamp)
      const said = told.filter((part) => part !== '').join(': ')
      return Number.isNaN(at) ? [] : [{ at, kind: 'aws' as const, unit: text('AutoScalingGroupName'), text: said }]
    }
    return [
      ...tell(text('StartTime'), [`${what} began`, text('Cause')]),
      ...tell(text('EndTime'), [what, text('StatusCode'), text('StatusMessage')]),
    ]
  })
}
