import { createHmac, timingSafeEqual } from 'node:crypto'

/** The longest that a token may live: six hours, in seconds. */
export const maxTtlSeconds = 21_600

/**
 * Makes a session token of IMDSv2, which is good for one instance and a time. It carries both, sealed with the server's secret.
 * @param expiresAtMs  milliseconds since the epoch
 */
export function issueToken(secret: Uint8Array, instanceId: string, expiresAtMs: number): string {
  const expiry = Buffer.alloc(8)
  expiry.writeBigUInt64BE(BigInt(expiresAtMs))
  return Buffer.concat([expiry, seal(secret, instanceId, expiry)]).toString('base64url') + '=='
}

/** The seconds that a token has left; undefined when it is not one of ours, another instance's, or over. */
export function readToken(secret: Uint8Array, instanceId: string, token: string, nowMs: number): number | undefined {
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== 40) return undefined
  const expiry = bytes.subarray(0, 8)
  if (!timingSafeEqual(bytes.subarray(8), seal(secret, instanceId, expiry))) return undefined
  const leftMs = Number(expiry.readBigUInt64BE()) - nowMs
  return leftMs > 0 ? Math.ceil(leftMs / 1000) : undefined
}

function seal(secret: Uint8Array, instanceId: string, expiry: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(instanceId).update(expiry).digest()
}
