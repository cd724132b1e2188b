/** The month of the prices. Those of instances in us-east-1 were compared with AWS's price list of January 2026, as Karpenter keeps it; all others
 *  are as we know them from AWS's pages, without taxes, discounts and free tiers. */
export const pricesAsOf = '2026-01'

/** The regions of the rows below, in their order. */
const columns: readonly string[] = [
  'us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 eu-west-1 eu-west-2 eu-west-3 eu-central-1 eu-north-1',
  'ap-southeast-1 ap-southeast-2 ap-northeast-1 ap-northeast-2 ap-south-1 sa-east-1',
].flatMap((line) => line.split(' '))

/** A price for each of the columns; null where the region has none of it, or none is known. */
type Row = readonly (number | null)[]

// prettier-ignore
const largeInstances: Readonly<Record<string, Row>> = {
  t2:  [0.0928, 0.0928, 0.1104, 0.0928, 0.1024, 0.1008, 0.1056, 0.1056, 0.1072, null,   0.1168, 0.1168, 0.1216, 0.1152, 0.0992, 0.1488],
  t3:  [0.0832, 0.0832, 0.0992, 0.0832, 0.0928, 0.0912, 0.0944, 0.0944, 0.0960, 0.0864, 0.1056, 0.1056, 0.1088, 0.1040, 0.0896, 0.1344],
  t4g: [0.0672, 0.0672, 0.0800, 0.0672, 0.0736, 0.0736, 0.0752, 0.0752, 0.0768, 0.0688, 0.0848, 0.0848, 0.0864, 0.0832, null,   0.1072],
  m4:  [0.100,  0.100,  0.117,  0.100,  0.111,  0.111,  0.116,  null,   0.120,  null,   0.125,  0.125,  0.129,  0.123,  0.105,  0.159],
  m5:  [0.096,  0.096,  0.112,  0.096,  0.107,  0.107,  0.111,  0.112,  0.115,  0.102,  0.120,  0.120,  0.124,  0.118,  0.101,  0.153],
  r4:  [0.133,  0.133,  0.148,  0.133,  0.146,  0.148,  0.156,  0.156,  0.160,  null,   0.160,  0.160,  0.160,  0.160,  0.137,  0.280],
  c5:  [0.085,  0.085,  0.106,  0.085,  0.093,  0.096,  0.101,  0.101,  0.097,  0.091,  0.098,  0.111,  0.107,  0.096,  0.085,  0.131],
  p2:  [0.450,  0.450,  null,   0.450,  null,   0.486,  null,   null,   0.663,  null,   0.859,  0.771,  0.771,  0.7325, 0.859,  null],
}

// prettier-ignore
const natGateways: Row =
       [0.045,  0.045,  0.048,  0.045,  0.050,  0.048,  0.050,  0.050,  0.052,  0.046,  0.059,  0.059,  0.062,  0.059,  0.056,  0.093]

/** Of a GiB of gp3 for a month. */
// prettier-ignore
const volumes: Row =
       [0.080,  0.080,  0.096,  0.080,  0.088,  0.088,  0.0928, 0.0928, 0.0952, 0.0836, 0.096,  0.096,  0.096,  0.0912, 0.0912, 0.152]

const hoursOfMonth = 730

/** What an hour of a public IPv4 address costs in every region, in use or not, in US dollars. */
export const addressPrice = 0.005

/** How many times a `large` the sizes of a family cost: AWS prices the families of the table so. */
const sizes: Readonly<Record<string, number>> = { nano: 1 / 16, micro: 1 / 8, small: 1 / 4, medium: 1 / 2, large: 1, xlarge: 2 }

/** What an hour of an on-demand Linux instance costs, in US dollars; undefined where the table has no price. */
export function instancePrice(type: string, region: string): number | undefined {
  const [family = '', size = ''] = type.split('.')
  const times = sizes[size] ?? 2 * Number(/^(\d+)xlarge$/.exec(size)?.[1])
  const large = Object.hasOwn(largeInstances, family) ? inColumn(largeInstances[family] ?? [], region) : undefined
  return large === undefined || Number.isNaN(times) ? undefined : large * times
}

/** What an hour of a NAT gateway costs, without what goes through it, in US dollars; undefined where the table has no price. */
export function natPrice(region: string): number | undefined {
  return inColumn(natGateways, region)
}

/** What an hour of a GiB of gp3 costs, in US dollars; undefined where the table has no price. */
export function volumePrice(region: string): number | undefined {
  const month = inColumn(volumes, region)
  return month === undefined ? undefined : month / hoursOfMonth
}

function inColumn(row: Row, region: string): number | undefined {
  return row[columns.indexOf(region)] ?? undefined
}
