import type { Tier } from '../protocol/model/agent.ts'
import { ApiError } from './errors.ts'
import type { HttpRequest } from './http-message.ts'
import { readJsonBody } from './read-body.ts'

/** Reads `{"tier": "Flex" | "Critical"}`, the one body that is read by Jackson. Throws ApiError 400 in Jackson's words. */
export function readTier(request: HttpRequest): Tier {
  const node = readJsonBody(request)
  if (node.kind !== 'object') throw new ApiError(400, 'Can not deserialize instance of TierWrapper out of this token')
  for (const key of node.entries.keys()) {
    if (key !== 'tier') throw new ApiError(400, `Unrecognized field "${key}" (class TierWrapper), not marked as ignorable`)
  }
  const tier = node.entries.get('tier')
  if (tier?.kind === 'string' && (tier.value === 'Flex' || tier.value === 'Critical')) return tier.value
  const given = tier?.kind === 'string' ? `"${tier.value}"` : 'null'
  throw new ApiError(
    400,
    `Can not deserialize value of type com.netflix.titus.api.model.Tier from String ${given}: ` +
      'value not one of declared Enum instance names: [Flex, Critical]',
  )
}
