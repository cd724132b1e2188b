/** Where a private run of apt keeps its things. Nothing of it is shared with the system's own apt but the sources it reads. */
export interface AptPlaces {
  /** Folder of the package lists: the system's own (`/var/lib/apt/lists`), or one that we keep. */
  readonly lists: string
  /** Folder for apt's binary caches. */
  readonly cache: string
  /** Folder that apt looks for archives in. */
  readonly archives: string
  /** An empty dpkg status file: nothing counts as installed already, so that apt resolves a whole system. */
  readonly status: string
}

/** Settings that say how this computer reaches package servers. Everything else of the system's configuration stays out: hooks
 *  (`APT::Update::Post-Invoke`) would run here, and `Dir::Cache::pkgcache ""` of container images would slow every call. */
const carriedOver =
  /^(Acquire::(http|https|ftp|tor|socks|Retries|ForceIPv[46]|Check-Valid-Until|Max-FutureTime|Allow[\w-]+)|APT::Architecture|Dir::Etc::(?!main|parts)[\w]+)/i

/**
 * Builds a private apt configuration from the system's own: the same sources, keyrings, pins, proxy and credentials,
 * with folders of its own, no hooks and no recommended packages.
 *
 * @param system  what `apt-config dump` prints
 * @returns       text for the file that `APT_CONFIG` names
 * @see apt.conf(5): the file of APT_CONFIG is read first, so the configuration folders must be switched off in it
 */
export function buildAptConfiguration(system: string, places: AptPlaces): string {
  const kept = system.split('\n').filter((line) => carriedOver.test(line) && !line.endsWith(' "";'))
  const own = {
    'Dir::Etc::Main': '/dev/null',
    'Dir::Etc::Parts': '/dev/null',
    'Dir::State::Lists': places.lists,
    'Dir::State::status': places.status,
    'Dir::Cache': places.cache,
    'Dir::Cache::Archives': places.archives,
    'Dir::Cache::pkgcache': `${places.cache}/pkgcache.bin`,
    'Dir::Cache::srcpkgcache': `${places.cache}/srcpkgcache.bin`,
    'Acquire::Languages': 'none',
    'APT::Install-Recommends': 'false',
    'APT::Sandbox::User': 'root',
    // Our own lock covers the whole folder. A lock of apt's would only make a killed download block the next one.
    'Debug::NoLocking': 'true',
  }
  return [...kept, ...Object.entries(own).map(([key, value]) => `${key} "${value}";`), ''].join('\n')
}
