import type { JsonObject } from '../../schemas/json.ts'

/** The JSON Schema of an origin, where a step acts from: a host, or a container of one. */
export const originSchema: JsonObject = {
  anyOf: [
    { type: 'string', format: 'host', description: 'a host' },
    {
      type: 'object',
      properties: {
        agent: { format: 'host', description: 'The host of the container.' },
        host: { format: 'host', description: 'The same, under another name.' },
      },
      description: 'a container: `{ agent: …, container: … }`, or a captured value that has both',
    },
  ],
}
