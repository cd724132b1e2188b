import type { Instance } from '@aws-sdk/client-ec2'
import type { Flaw } from '../../schemas/flaw.ts'
import { testbedTag } from '../../schemas/tags.ts'
import type { Offers } from './offers.ts'
import type { WantedType } from './wanted-types.ts'

/** A quota of EC2 for on-demand instances: so many virtual processors may run at once. */
export interface QuotaClass {
  /** Its code at Service Quotas. */
  readonly code: string
  /** The families that share it, as AWS writes them. */
  readonly families: string
}

const standard: QuotaClass = { code: 'L-1216C47A', families: 'Standard (A, C, D, H, I, M, R, T, Z)' }

/** By the letters before the number of the family. @see https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html */
const others: readonly (readonly [letters: RegExp, QuotaClass])[] = [
  [/^(dl)$/, { code: 'L-6E869C2A', families: 'DL' }],
  [/^(f)$/, { code: 'L-74FC7D96', families: 'F' }],
  [/^(g|gr|vt)$/, { code: 'L-DB2E81BA', families: 'G and VT' }],
  [/^(hpc)$/, { code: 'L-F7808C92', families: 'HPC' }],
  [/^(inf)$/, { code: 'L-1945791B', families: 'Inf' }],
  [/^(p)$/, { code: 'L-417A185B', families: 'P' }],
  [/^(trn)$/, { code: 'L-2C3B7624', families: 'Trn' }],
  [/^(u)$/, { code: 'L-43DA4232', families: 'High Memory' }],
  [/^(x)$/, { code: 'L-7295265B', families: 'X' }],
]

/** The quota that an instance type counts against. */
export function quotaOf(type: string): QuotaClass {
  const letters = /^[a-z]+/.exec(type)?.[0] ?? ''
  return others.find(([pattern]) => pattern.test(letters))?.[1] ?? standard
}

/** What of an instance, in the words of EC2, says what it takes of a quota. */
export type RunningInstance = Pick<Instance, 'InstanceType' | 'InstanceLifecycle' | 'CpuOptions' | 'Tags'>

/** The processors that run already, by the code of their quota: those of other on-demand instances than the testbed's own. */
export function processorsInUse(instances: readonly RunningInstance[], testbed: string): ReadonlyMap<string, number> {
  const used = new Map<string, number>()
  for (const { InstanceType: type = '', InstanceLifecycle, CpuOptions, Tags = [] } of instances) {
    if (InstanceLifecycle !== undefined || Tags.some(({ Key, Value }) => Key === testbedTag && Value === testbed)) continue
    const { code } = quotaOf(type)
    used.set(code, (used.get(code) ?? 0) + (CpuOptions?.CoreCount ?? 0) * (CpuOptions?.ThreadsPerCore ?? 1))
  }
  return used
}

/** What the account allows and what runs, by the code of the quota. A quota that could not be read is missing, and judged by nobody. */
export interface QuotaUse {
  readonly limits: ReadonlyMap<string, number>
  readonly used: ReadonlyMap<string, number>
}

/** What the testbed needs of each quota against what is left of it. A quota falls short where its largest part is asked for. */
export function checkQuotas(region: string, wanted: readonly WantedType[], types: Offers['types'], use: QuotaUse): readonly Flaw[] {
  const vCpusOf = ({ type, count }: WantedType): number => count * (types.get(type)?.vCpus ?? 0)
  const classes = [...new Set(wanted.map(({ type }) => quotaOf(type)))]
  return classes.flatMap((quota): readonly Flaw[] => {
    const { code, families } = quota
    const asking = wanted.filter(({ type }) => quotaOf(type) === quota).toSorted((a, b) => vCpusOf(b) - vCpusOf(a))
    const need = asking.reduce((sum, each) => sum + vCpusOf(each), 0)
    const [limit, used] = [use.limits.get(code), use.used.get(code) ?? 0]
    if (limit === undefined || used + need <= limit) return []
    const message = `the testbed needs ${need} vCPUs of ${families} instances, and of the ${limit} that the account may run in ${region} ${used} are in use`
    const hint = `aws service-quotas request-service-quota-increase --region ${region} --service-code ec2 --quota-code ${code} --desired-value ${used + need}, or choose smaller instance types`
    return [
      {
        code: 'vcpu-quota',
        path: asking[0]?.path ?? [],
        ofKey: false,
        message,
        expected: `a quota of at least ${used + need} (${code})`,
        hint,
      },
    ]
  })
}
