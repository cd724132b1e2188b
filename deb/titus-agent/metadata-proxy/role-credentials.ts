import { callAws } from '../aws/query-api.ts'
import type { AwsConnection } from '../aws/query-api.ts'
import { findElement, findText } from '../aws/xml.ts'
import type { AddressRecord } from '../task/record.ts'
import { nameSession } from './route.ts'

/** The document that the metadata service gives for a role. */
export interface CredentialDocument {
  readonly Code: 'Success'
  readonly LastUpdated: string
  readonly Type: 'AWS-HMAC'
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly Token: string
  readonly Expiration: string
}

/** Credentials of tasks' roles, kept until five minutes before they end. */
export interface RoleCredentials {
  /** Throws AwsError when STS refuses, Error when it cannot be reached. */
  of(task: AddressRecord): Promise<CredentialDocument>
}

const lifetimeSeconds = 3_600
const renewBeforeMs = 300_000

/** Assumes roles with the agent's own credentials. Tasks that ask at the same time share one call. */
export function createRoleCredentials(connection: AwsConnection): RoleCredentials {
  const kept = new Map<string, { readonly document: Promise<CredentialDocument>; renewAtMs: number }>()

  async function assume(task: AddressRecord): Promise<CredentialDocument> {
    const parameters = { RoleArn: task.iamRole, RoleSessionName: nameSession(task.taskId), DurationSeconds: String(lifetimeSeconds) }
    const answer = await callAws(connection, { service: 'sts', action: 'AssumeRole', parameters })
    const credentials = findElement(answer, 'AssumeRoleResult.Credentials')
    const need = (name: string): string => {
      const value = findText(credentials, name)
      if (value === undefined) throw new Error(`the answer to AssumeRole has no ${name}`)
      return value
    }
    return {
      Code: 'Success',
      LastUpdated: seconds(new Date()),
      Type: 'AWS-HMAC',
      AccessKeyId: need('AccessKeyId'),
      SecretAccessKey: need('SecretAccessKey'),
      Token: need('SessionToken'),
      Expiration: seconds(new Date(need('Expiration'))),
    }
  }

  return {
    of: (task) => {
      for (const [key, { renewAtMs }] of kept) if (renewAtMs < Date.now()) kept.delete(key)
      const key = `${task.taskId} ${task.iamRole}`
      const before = kept.get(key)
      if (before !== undefined) return before.document
      const entry = { document: assume(task), renewAtMs: Infinity }
      kept.set(key, entry)
      entry.document.then(
        ({ Expiration }) => (entry.renewAtMs = Date.parse(Expiration) - renewBeforeMs),
        () => kept.delete(key),
      )
      return entry.document
    },
  }
}

// SDKs of the time expect no fraction of a second.
function seconds(at: Date): string {
  return at.toISOString().replace(/\.\d{3}/, '')
}
