interface OciConfig {
  readonly mounts?: readonly { readonly destination: string; readonly source?: string }[]
  readonly linux?: { readonly namespaces?: readonly { readonly type: string; readonly path?: string }[] }
}

/**
 * Puts a container into a network namespace that exists.
 *
 * @param text       an OCI runtime configuration (config.json)
 * @param namespace  path of the namespace
 * @see              https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#namespaces
 */
export function setNetworkNamespace(text: string, namespace: string): string {
  const config = JSON.parse(text) as OciConfig
  const others = config.linux?.namespaces?.filter(({ type }) => type !== 'network') ?? []
  return JSON.stringify({ ...config, linux: { ...config.linux, namespaces: [...others, { type: 'network', path: namespace }] } })
}

/** The folder of the host that a container sees as /logs, if it has one. @param text  an OCI runtime configuration */
export function findLogFolder(text: string): string | undefined {
  const config = JSON.parse(text) as OciConfig
  return config.mounts?.find(({ destination }) => destination === '/logs')?.source
}
