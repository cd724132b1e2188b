/** One package that apt chose. */
export interface PlannedPackage {
  readonly name: string
  readonly version: string
  /** `amd64`, `arm64`, … or `all`. */
  readonly architecture: string
}

/**
 * Parses what `apt-get --simulate install` prints into the packages that would be unpacked, in apt's order.
 *
 * @param text  lines such as `Inst libc6 (2.36-9+deb12u10 Debian:12.11/stable [amd64])`, with `[old version]` after the name on an
 *              upgrade; all other lines are passed over
 */
export const parsePlan = (text: string): readonly PlannedPackage[] =>
  text.split('\n').flatMap((line) => {
    const match = /^Inst (\S+?)(?::\w+)? (?:\[[^\]]*\] )?\((\S+) .*?\[(\w+)\]\)/.exec(line)
    const [, name, version, architecture] = match ?? []
    return name && version && architecture ? [{ name, version, architecture }] : []
  })

/** The name under which apt keeps the archive of a package; a colon (the epoch) is escaped. */
export const archiveName = (item: PlannedPackage): string => `${item.name}_${item.version.replaceAll(':', '%3a')}_${item.architecture}.deb`

/** The packages of a plan that another one, of a layer below, does not have. */
export const planAbove = (plan: readonly PlannedPackage[], below: readonly PlannedPackage[]): readonly PlannedPackage[] => {
  const present = new Set(below.map((item) => item.name))
  return plan.filter((item) => !present.has(item.name))
}
