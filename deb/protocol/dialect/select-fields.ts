import type { Message, MessageType } from './descriptor.ts'

/** Keeps the fields that are named by their paths (`status`, `jobDescriptor.owner`) and `id`; the rest goes back to its default,
 *  which the printer then shows (empty text, empty list) or leaves out (messages). */
export function selectFields(type: MessageType, value: Message, paths: readonly string[]): Message {
  const wanted = [...paths, 'id']
  return Object.fromEntries(
    type.fields.flatMap((field) => {
      const content = value[field.name]
      if (content === undefined) return []
      if (wanted.includes(field.name)) return [[field.name, content]]
      const inner = wanted.flatMap((path) => (path.startsWith(`${field.name}.`) ? [path.slice(field.name.length + 1)] : []))
      if (inner.length === 0 || field.type.is !== 'message') return []
      const { of } = field.type
      const pick = (item: unknown): Message => selectFields(of, item as Message, inner)
      return [[field.name, field.repeated ? (content as readonly unknown[]).map(pick) : pick(content)]]
    }),
  )
}
