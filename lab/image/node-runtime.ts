import { shell } from './shell.ts'

/** How the machines come by node: this computer's own, bound into them, or the distribution's package in their image. */
export type NodeRuntime = { readonly kind: 'bind'; readonly path: string } | { readonly kind: 'package'; readonly path: string }

/** What the machines' image has of the libraries that a node may be linked to. */
const inImage = /^(linux-vdso|ld-linux|ld64|libc|libdl|libm|libpthread|librt|libgcc_s|libstdc\+\+)[.\-\w]*$/

/**
 * Tells from what `ldd` prints whether a program runs on nothing but glibc, libstdc++ and libgcc, as the builds of nodejs.org and NodeSource do.
 * A distribution's own node is linked to libnode, libuv and ICU; one for musl has another loader.
 */
export function runsOnPlainGlibc(ldd: string): boolean {
  const lines = ldd.split('\n').filter((line) => line.trim() !== '')
  const libraries = lines.map(
    (line) =>
      line
        .trim()
        .split(/(?<![\s/])[\s/]*(?: =>|\s\()/)[0]
        ?.split('/')
        .at(-1) ?? '',
  )
  return libraries.length > 0 && libraries.every((name) => inImage.test(name)) && !ldd.includes('musl') && !ldd.includes('not found')
}

/** Finds out how the machines come by node. `path` is where the program is: on this computer (`bind`), or in the machine (`package`). */
export async function findNodeRuntime(): Promise<NodeRuntime> {
  const { stdout, exitCode } = await shell({ nothrow: true })`ldd ${process.execPath}`
  return exitCode === 0 && runsOnPlainGlibc(stdout) ? { kind: 'bind', path: process.execPath } : { kind: 'package', path: '/usr/bin/node' }
}
