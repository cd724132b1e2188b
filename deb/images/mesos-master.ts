import { join } from 'node:path'
import type { ContainerImage, ImageLayer } from '../../lab/lab.ts'
import { busyboxLayer } from './busybox.ts'

/** What is known of a node: `process.config.variables`, and the C library of `process.report`. */
export interface NodeBuild {
  readonly variables: Readonly<Record<string, unknown>>
  /** Absent where the C library is not glibc. */
  readonly glibcVersion?: string
}

/** Whether a node needs nothing but glibc and libstdc++: a build of nodejs.org does; a distribution's is linked to libnode, libuv, ICU, … */
export function isSelfContained({ variables, glibcVersion }: NodeBuild): boolean {
  return glibcVersion !== undefined && Object.entries(variables).every(([name, value]) => !name.startsWith('node_shared') || value !== true)
}

/**
 * The double of the Mesos master under the name of the image that Titus's documentation uses.
 *
 * @param bundleDir  folder with `mesos-master.mjs` (see packaging/build.ts)
 * @param node       path of this computer's node, or undefined to take the distribution's
 */
export function buildMesosMasterImage(bundleDir: string, node: string | undefined): ContainerImage {
  const runtime: ImageLayer =
    node === undefined
      ? { packages: ['nodejs'] }
      : { packages: ['libc6', 'libstdc++6'], files: { 'usr/bin/node': { copyOf: node, mode: 0o755 } } }
  return {
    names: ['mesosphere/mesos-master:1.0.1-2.0.93.ubuntu1404'],
    layers: [
      busyboxLayer,
      { ...runtime, exclude: ['./usr/lib/*/gconv/*', './usr/share/locale/*'] },
      {
        files: { 'usr/lib/mesos/mesos-master.mjs': { copyOf: join(bundleDir, 'mesos-master.mjs'), mode: 0o755 } },
        links: { 'usr/sbin/mesos-master': '/usr/lib/mesos/mesos-master.mjs' },
      },
    ],
    config: {
      Entrypoint: ['mesos-master'],
      ExposedPorts: { '5050/tcp': {} },
      Labels: { 'titus-bed.stand-in-for': 'mesosphere/mesos-master' },
    },
  }
}

/** This computer's node where the image can run it. */
export function findOwnNode(): string | undefined {
  const report = process.report.getReport() as unknown as { readonly header: { readonly glibcVersionRuntime?: string } }
  const { glibcVersionRuntime: glibcVersion } = report.header
  const build = {
    variables: process.config.variables as unknown as Record<string, unknown>,
    ...(glibcVersion === undefined ? {} : { glibcVersion }),
  }
  return isSelfContained(build) ? process.execPath : undefined
}
