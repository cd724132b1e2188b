import { networkInterfaces } from 'node:os'

/** The first IPv4 address of this machine that is not loopback; 127.0.0.1 when there is none. */
export function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1'
}
