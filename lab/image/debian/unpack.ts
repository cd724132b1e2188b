import { shell } from '../shell.ts'

/** What no machine needs: documentation, translations. tar patterns, relative to the root. */
const leftOut = [
  './usr/share/doc/*',
  './usr/share/man/*',
  './usr/share/locale/*',
  './usr/share/lintian/*',
  './usr/share/info/*',
  './usr/share/bug/*',
  './usr/share/i18n/*',
]

/** Packages that still ship `/bin/x` land in a tree whose `/bin` is a link to `usr/bin`. The link itself, where a package has one, is not renamed. */
const mergeUsr = String.raw`--transform=s,^\./\(bin\|sbin\|lib\|lib64\)/,./usr/\1/,S`

/**
 * Unpacks one Debian archive into a tree, without its maintainer scripts.
 *
 * @param exclude  further tar patterns to leave out
 * @returns        the paths that the package brought, as dpkg lists them: `/.`, `/usr`, `/usr/bin/x`
 * @see usrmerge: https://wiki.debian.org/UsrMerge
 */
export async function unpackArchive(
  archive: string,
  tree: string,
  { exclude = [], signal }: { readonly exclude?: readonly string[]; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const options = [...leftOut, ...exclude].map((pattern) => `--exclude=${pattern}`)
  const tar = ['tar', '--extract', '--verbose', '--keep-directory-symlink', '--numeric-owner', mergeUsr, `--directory=${tree}`, ...options]
  const { stdout } = await shell({ signal })`dpkg-deb --fsys-tarfile ${archive} | ${tar}`
  return parseMembers(stdout)
}

/** Turns tar's member names (`./usr/bin/`) into the form of dpkg's `.list` files (`/usr/bin`). */
export function parseMembers(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('./'))
    .map((line) => (line === './' ? '/.' : line.slice(1).replace(/\/$/, '')))
}
