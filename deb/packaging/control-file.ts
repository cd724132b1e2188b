import { packageVersion } from './packages.ts'
import type { PackageRecipe } from './packages.ts'

/**
 * Renders a package's control file.
 *
 * @param installedKiB  size of its files
 * @see                 https://www.debian.org/doc/debian-policy/ch-controlfields.html
 */
export function renderControl(recipe: PackageRecipe, installedKiB: number): string {
  const fields: readonly (readonly [string, string])[] = [
    ['Package', recipe.name],
    ['Version', packageVersion],
    ['Architecture', 'all'],
    ['Maintainer', 'titus-bed <titus-bed@localhost>'],
    ['Installed-Size', String(installedKiB)],
    ['Depends', recipe.depends.join(', ')],
    ['Recommends', (recipe.recommends ?? []).join(', ')],
    ['Section', 'net'],
    ['Priority', 'optional'],
    ['Description', [recipe.summary, ...recipe.description.split('\n')].join('\n ')],
  ]
  return fields.map(([name, value]) => (value === '' ? '' : `${name}: ${value}\n`)).join('')
}
