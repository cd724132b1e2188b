/** One package that apt chose. */
export interface PlannedPackage {
  readonly name: string
  readonly version: string
  /** `amd64`, `arm64`, … or `all`. */
  readonly architecture: string
  /** Its control stanza, as package lists have it. */
  readonly control: string
}

/**
 * Parses what `apt-get --print-uris install` prints into the packages that would be fetched. Unlike a simulated installation it costs
 * apt no ordering, which is the longer half of its work.
 *
 * @param text  lines such as `'http://…/libc6_2.36-9_amd64.deb' libc6_2.36-9_amd64.deb 2759320 MD5Sum:8d98…`; others are passed over
 */
export function parseUris(text: string): readonly Omit<PlannedPackage, 'control'>[] {
  return text.split('\n').flatMap((line) => {
    const [, name, version, architecture] = /^'[^']*' ([^_ ]+)_([^_ ]+)_(\w+)\.deb /.exec(line) ?? []
    return name && version && architecture ? [{ name, version: version.replaceAll('%3a', ':'), architecture }] : []
  })
}

/** The name under which apt keeps the archive of a package; a colon (the epoch) is escaped. */
export function archiveName({ name, version, architecture }: Omit<PlannedPackage, 'control'>): string {
  return `${name}_${version.replaceAll(':', '%3a')}_${architecture}.deb`
}

/** The packages of a plan that another one, of a layer below, does not have. */
export function planAbove(plan: readonly PlannedPackage[], below: readonly PlannedPackage[]): readonly PlannedPackage[] {
  const present = new Set(below.map((item) => item.name))
  return plan.filter((item) => !present.has(item.name))
}
