/** What EC2 says when it has no machine of a type to give: the type, the zone, and the zones that have some, as far as it tells. */
export interface NoCapacity {
  readonly type?: string
  readonly zone?: string
  readonly others: readonly string[]
}

/** Whether these are the words of EC2, Auto Scaling or Terraform for that; undefined for all else.
 *  @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html#troubleshooting-launch-capacity */
export function readNoCapacity(text: string): NoCapacity | undefined {
  if (!/Insufficient(Instance|Host)Capacity|Insufficient capacity|sufficient \S+ capacity/.test(text)) return undefined
  const type = /sufficient ([a-z0-9-]+\.[a-z0-9-]+) capacity/.exec(text)?.[1]
  const zone = /Availability Zone you requested \(([a-z0-9-]+)\)/.exec(text)?.[1]
  const others = /choosing ([a-z0-9-]+(?:, [a-z0-9-]+)*)/.exec(text)?.[1]?.split(', ') ?? []
  return { ...(type === undefined ? {} : { type }), ...(zone === undefined ? {} : { zone }), others }
}

/** What to do about it. */
export function cureNoCapacity({ type = 'machine of the type', zone, others }: NoCapacity): string {
  const where = zone === undefined ? 'in the zone' : `in ${zone}`
  const elsewhere = others.length === 0 ? 'another zone: in cluster.yaml' : `zone: ${others.join(' or ')} in cluster.yaml`
  return `AWS has no ${type} to give ${where} just now: try again later, choose another instance type, or titus-bed destroy and then ${elsewhere}`
}
