import type { AwsAccess } from '../../schemas/testbed.ts'
import type { Json, JsonObject } from '../../schemas/json.ts'
import { StepError } from '../step-error.ts'
import { inputFlaws, memberNames } from './check-input.ts'
import { joinPages } from './join-pages.ts'
import { awsServices } from './services.ts'
import type { SdkClient, SdkModule } from './services.ts'
import { toJson } from './to-json.ts'

/** One call of the AWS API that reads. */
export interface AwsCall {
  readonly service: string
  readonly call: string
  readonly input: JsonObject
}

/** Where and as whom it is made. */
export interface AwsPlace {
  readonly api: AwsAccess
  readonly region: string
  readonly signal: AbortSignal
  /** The most that is read of a text or of bytes, in bytes. */
  readonly limitBytes: number
}

/** What all pages of an answer came to; `rest` says why they are not all of it. */
export interface AwsAnswer {
  readonly json: Json
  readonly rest?: string
}

/** Asks page after page until there are no more. @throws StepError `aws` when the API refuses, `connection` when it does not answer */
export async function askAws({ service, call, input }: AwsCall, place: AwsPlace): Promise<AwsAnswer> {
  const known = awsServices[service]
  if (known === undefined) throw new StepError('aws', `no service ${service}`, { hint: `there are ${Object.keys(awsServices).join(', ')}` })
  const module = await known.load()
  const [, , , , inputModel] = (module[`${call}$`] ?? []) as readonly unknown[]
  const flaws = inputFlaws(input, inputModel)
  if (flaws.length > 0) throw new StepError('bad-parameter', flaws.join('\n'))
  const Command = module[`${call}Command`] as (new (input: JsonObject) => unknown) | undefined
  if (Command === undefined) throw new StepError('aws', `${service} has no call ${call}`)
  const client = makeClient(module, known.client, place)
  try {
    const pages: JsonObject[] = []
    let rest: string | undefined
    const reading = { limitBytes: place.limitBytes, cut: (reason: string) => (rest = reason) }
    for (let next: JsonObject | undefined = input; next !== undefined;) {
      const { $metadata: _, ...page } = await client.send(new Command(next), { abortSignal: place.signal })
      pages.push((await toJson(page, reading)) as JsonObject)
      next = nextInput(next, pages.at(-1) ?? {}, memberNames(inputModel))
    }
    const answer = joinPages(pages)
    return rest === undefined ? answer : { ...answer, rest }
  } catch (error) {
    throw explainRefusal(error, service, call, place)
  } finally {
    client.destroy()
  }
}

/** A client of a service, for where and as whom a testbed is reached. */
export function makeClient(
  module: SdkModule,
  name: string,
  { api: { endpoint, credentialsFile }, region }: Pick<AwsPlace, 'api' | 'region'>,
): SdkClient {
  const Client = module[name] as new (settings: object) => SdkClient
  return new Client({
    region,
    // The lab's names for buckets resolve in the lab alone.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(credentialsFile === undefined ? {} : { credentials: credentialsOf(credentialsFile) }),
  })
}

/** The default profile of a file and nothing else: neither the environment nor the user's own files count. */
function credentialsOf(file: string): () => Promise<object> {
  return async () => {
    const { fromIni } = await import('@aws-sdk/credential-provider-ini')
    return fromIni({ profile: 'default', filepath: file, configFilepath: file, ignoreCache: true })()
  }
}

/** The input for the page after one; undefined when it was the last. `NextToken` is given back as that, `NextMarker` as `Marker`. */
function nextInput(input: JsonObject, page: JsonObject, members: readonly string[]): JsonObject | undefined {
  const tokens = Object.entries(page).flatMap(([key, value]) => {
    if (!key.startsWith('Next') || typeof value !== 'string' || value === '') return []
    const name = [key, key.slice('Next'.length)].find((candidate) => members.includes(candidate))
    return name === undefined ? [] : [[name, value] as const]
  })
  // One that is given back as it was given would go on for ever.
  return tokens.some(([name, value]) => input[name] !== value) ? { ...input, ...Object.fromEntries(tokens) } : undefined
}

/** Why a call had no answer that can be used: the API refused it, did not answer, or was not waited for any longer. */
export function explainRefusal(
  error: unknown,
  service: string,
  call: string,
  { api, signal }: Pick<AwsPlace, 'api' | 'signal'>,
): StepError {
  if (error instanceof StepError) return error
  const { name, message, $metadata } = error as Error & { readonly $metadata?: { readonly httpStatusCode?: number } }
  const what = `${service} ${call}`
  if (signal.aborted) return new StepError('timeout', `${what}: no answer by then`, { cause: error })
  if ($metadata?.httpStatusCode !== undefined) return new StepError('aws', `${what}: ${name}: ${message}`, { cause: error })
  const hint =
    api.endpoint === undefined ? 'are you logged in? `aws sts get-caller-identity`' : 'see whether the lab is up: titus-bed status'
  return new StepError('connection', `${what}: ${name}: ${message}`, { cause: error, hint })
}
