import { readFileSync } from 'node:fs'
import type { ContainerImage, ImageLayer } from '../lab.ts'
import { awsCliPackage } from './aws-cli.ts'

/** Small commands of one program, as Alpine has them: `sh`, `wget`, `nc`, `ip`, … */
const applets = readFileSync(new URL('./busybox-applets.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')

/** Parts of packages that no container of the lab calls. tar patterns. */
const unused = [
  './usr/lib/*/gconv/*',
  './usr/lib/*/perl-base/*',
  './usr/share/perl*',
  './usr/lib/systemd/*',
  './usr/share/zoneinfo/*',
  './etc/init.d/*',
]

const busybox: ImageLayer = {
  packages: ['busybox-static'],
  links: Object.fromEntries(applets.map((name) => [`usr/bin/${name}`, '/bin/busybox'])),
  exclude: unused,
}

/** A stand-in for Alpine: its shell and tools are busybox, as Alpine's are, but it has neither apk nor musl, and says so. */
const alpine: ContainerImage = {
  names: ['alpine:latest'],
  pull: true,
  layers: [
    busybox,
    {
      files: {
        'etc/os-release': {
          text: 'NAME="Alpine stand-in (Debian busybox)"\nID=busybox\nPRETTY_NAME="Stand-in for Alpine: busybox of Debian, no apk"\n',
        },
        'etc/alpine-release': { text: '0.0.0-stand-in\n' },
      },
    },
  ],
  config: { Cmd: ['/bin/sh'], Labels: { 'titus-bed.stand-in-for': 'alpine' } },
}

const nginxConfiguration = `worker_processes 1;
error_log /dev/stderr notice;
pid /run/nginx.pid;
events { worker_connections 256; }
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log /dev/stdout combined;
  server {
    listen 80 default_server;
    root /usr/share/nginx/html;
    index index.html;
  }
}
`

/** The real nginx of the distribution, with its page "Welcome to nginx!", and with bash and the aws command for looking around inside. */
const nginx: ContainerImage = {
  names: ['nginx:latest', 'nginx:stable', 'tutum/nginx:latest'],
  layers: [
    busybox,
    { packages: ['bash'], exclude: unused, links: { 'usr/bin/sh': 'bash' } },
    {
      packages: ['nginx'],
      exclude: [...unused, './etc/nginx/sites-*', './etc/nginx/modules-*'],
      files: {
        'etc/nginx/nginx.conf': { text: nginxConfiguration },
        'var/log/nginx/.keep': { text: '' },
        'var/lib/nginx/.keep': { text: '' },
      },
    },
    { packages: [awsCliPackage], exclude: unused },
  ],
  config: {
    Cmd: ['nginx', '-g', 'daemon off;'],
    ExposedPorts: { '80/tcp': {} },
    Labels: { 'titus-bed.stand-in-for': 'nginx' },
  },
}

/** The public images that scenarios run, as the lab's registry serves them. */
export const standardImages: readonly ContainerImage[] = [alpine, nginx]
