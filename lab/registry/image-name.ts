/** A container image's name taken apart, in the form in which Docker Hub keeps it. */
export interface ImageName {
  /** `library/nginx`, `jplock/zookeeper`. */
  readonly repository: string
  /** A tag, or a digest (`sha256:…`). */
  readonly reference: string
}

/**
 * Parses a name as `docker pull` takes it: `nginx`, `nginx:stable`, `docker.io/library/nginx`, `nginx@sha256:…`.
 *
 * @see https://docs.docker.com/reference/cli/docker/image/tag/ : no tag means `latest`, a bare name is in `library/`
 */
export function parseImageName(text: string): ImageName {
  const name = text.replace(/^(registry-1\.|index\.)?docker\.io\//, '')
  const [, path = name, tag, digest] = /^([^@:]+)(?::([^@]+))?(?:@(.+))?$/.exec(name) ?? []
  return { repository: normaliseRepository(path), reference: digest ?? tag ?? 'latest' }
}

/** `nginx` -> `library/nginx`; a name with an owner stays. */
export function normaliseRepository(path: string): string {
  return path.includes('/') ? path : `library/${path}`
}
