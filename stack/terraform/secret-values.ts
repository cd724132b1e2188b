import type { Json } from '../../schemas/json.ts'

/** Attributes that hold secrets of ours, which Terraform does not know for such: user data carries host keys. */
const secretNames: readonly string[] = ['user_data', 'user_data_base64', 'content', 'content_base64']

/** How gzip's first bytes look in base64: what is packed is not looked into. */
const packed = 'H4sI'

/** Whether a value is to be shown to nobody: marked as sensitive, wholly or in a part, of a name that tells a secret, or a private key.
 *  @param mark  Terraform's mark of the value: `true`, or of the value's shape
 *  @param name  of the attribute */
export function isSecret(value: Json | undefined, mark: Json | undefined, name: string): boolean {
  return mark === true || secretNames.includes(name) || /private_?key|password|secret/i.test(name) || holdsKey(value)
}

function holdsKey(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.some(holdsKey)
  if (typeof value !== 'string') return false
  return value.startsWith(packed) || [value, Buffer.from(value, 'base64').toString('latin1')].some((text) => text.includes('PRIVATE KEY'))
}

/** Whether anything in a mark is marked. */
export function isMarked(mark: Json | undefined): boolean {
  if (mark === null || typeof mark !== 'object') return mark === true
  return Object.values(mark).some((inner) => isMarked(inner as Json))
}
