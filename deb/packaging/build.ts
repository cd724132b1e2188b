import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, mkdtemp, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { $ } from 'zx/core'
import { bundleProgram, readAsset, writeProgram } from './bundle.ts'
import { renderControl } from './control-file.ts'
import { mesosMaster, packageEpoch, packages, packageVersion } from './packages.ts'
import type { PackageRecipe } from './packages.ts'

/** A package as `packages.json` lists it. `file` is its name in that folder, `sha256` is in hexadecimal. */
export interface BuiltPackage {
  readonly name: string
  readonly version: string
  readonly file: string
  readonly sha256: string
}

const unitFolder = 'usr/lib/systemd/system'
const buildMs = 60_000

/**
 * Builds the .deb packages and the Mesos master's program into `outDir`, with `packages.json` beside them. The same sources give the same bytes.
 * Needs dpkg-deb.
 *
 * @throws Error with dpkg-deb's words, or esbuild's BuildFailure
 */
export async function buildPackages(outDir: string): Promise<readonly BuiltPackage[]> {
  await mkdir(outDir, { recursive: true })
  const [built] = await Promise.all([
    Promise.all(packages.map((recipe) => buildPackage(recipe, outDir))),
    writeProgram(mesosMaster.entry, join(outDir, mesosMaster.file)),
  ])
  await writeFile(join(outDir, 'packages.json'), `${JSON.stringify(built, undefined, 2)}\n`)
  return built
}

async function buildPackage(recipe: PackageRecipe, outDir: string): Promise<BuiltPackage> {
  const root = await mkdtemp(join(tmpdir(), `${recipe.name}-`))
  try {
    await writeTree(recipe, root)
    const file = `${recipe.name}_${packageVersion}_all.deb`
    const made = join(outDir, `${file}.new`)
    await runDpkgDeb(root, made)
    await rename(made, join(outDir, file))
    const sha256 = createHash('sha256')
      .update(await readFile(join(outDir, file)))
      .digest('hex')
    return { name: recipe.name, version: packageVersion, file, sha256 }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

async function writeTree(recipe: PackageRecipe, root: string): Promise<void> {
  const files = new Map<string, { readonly content: Uint8Array | string; readonly mode: number }>()
  for (const { name, folder, entry } of recipe.programs) {
    files.set(`${folder}/lib/${name}.mjs`, { content: await bundleProgram(entry), mode: 0o755 })
    await mkdir(join(root, folder, 'bin'), { recursive: true })
    await symlink(`../lib/${name}.mjs`, join(root, folder, 'bin', name))
  }
  for (const [path, asset] of Object.entries(recipe.scripts)) files.set(path, { content: await readAsset(asset), mode: 0o755 })
  for (const unit of recipe.units) files.set(`${unitFolder}/${unit}`, { content: await readAsset(`${recipe.name}/${unit}`), mode: 0o644 })
  const bytes = [...files.values()].reduce((sum, file) => sum + Buffer.byteLength(file.content), 0)
  // The command `dpkg --verify` compares with these sums.
  const sums = [...files].map(([path, { content }]) => `${createHash('md5').update(content).digest('hex')}  ${path}\n`)
  files.set('DEBIAN/md5sums', { content: sums.join(''), mode: 0o644 })
  for (const [name, content] of await renderMaintainerScripts(recipe)) files.set(`DEBIAN/${name}`, { content, mode: 0o755 })
  files.set('DEBIAN/control', { content: renderControl(recipe, Math.ceil(bytes / 1_024)), mode: 0o644 })
  for (const [path, { content, mode }] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
    await chmod(join(root, path), mode)
  }
  await openFolders(root)
}

async function renderMaintainerScripts(recipe: PackageRecipe): Promise<readonly (readonly [string, string])[]> {
  const render = async (name: string, folder = 'packaging/maintainer'): Promise<readonly [string, string]> => {
    const text = (await readAsset(`${folder}/${name}`)).toString()
    const values = { PACKAGE: recipe.name, UNITS: recipe.units.join(' '), STATE: (recipe.state ?? []).join(' ') }
    return [name, Object.entries(values).reduce((filled, [key, value]) => filled.replaceAll(`@${key}@`, value), text)]
  }
  return Promise.all([render('postinst', recipe.ownPostinst ? recipe.name : undefined), render('prerm'), render('postrm')])
}

// The caller's umask must not show in the package.
async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    if ((await lstat(path)).isDirectory()) await openFolders(path)
  }
}

async function runDpkgDeb(root: string, file: string): Promise<void> {
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(packageEpoch), LC_ALL: 'C.UTF-8', TZ: 'UTC' }
  const shell = $({ env, quiet: true, nothrow: true, stdio: ['ignore', 'ignore', 'pipe'] })
  const run = shell`exec dpkg-deb --root-owner-group -Zgzip --build ${root} ${file}`
  const deadline = setTimeout(() => run.child?.kill('SIGKILL'), buildMs)
  const { exitCode, stderr } = await run
  clearTimeout(deadline)
  if (exitCode !== 0) throw new Error(`dpkg-deb: ${stderr.trim() || `ended with ${exitCode}`}`)
}
