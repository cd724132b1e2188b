import type { ImageLayer } from '../../lab/lab.ts'

/** What images' own scripts call, and what one wants at hand when looking around inside. */
const applets = ['sh', 'env', 'cat', 'ls', 'ps', 'nc', 'hostname', 'mkdir', 'printf', 'sleep', 'head', 'grep', 'wget', 'ip']

/** The lowest layer: a shell and a few commands, of busybox. */
export const busyboxLayer: ImageLayer = {
  packages: ['busybox-static'],
  links: Object.fromEntries(applets.map((name) => [`usr/bin/${name}`, '/bin/busybox'])),
  exclude: ['./usr/lib/*/gconv/*', './usr/lib/*/perl-base/*', './usr/share/perl*'],
}
