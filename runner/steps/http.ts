import type { Json, JsonObject } from '../../schemas/json.ts'
import { parseJson, renderJson } from '../../schemas/json-text.ts'
import { isObject } from '../../schemas/validation/schema-walk.ts'
import { UndecodableBody } from '../hops/http-body.ts'
import { requestFrom } from '../hops/http-request.ts'
import type { HttpRequest, HttpResponse } from '../hops/http-request.ts'
import { parseHttpUrl } from '../hops/http-url.ts'
import type { HttpUrl } from '../hops/http-url.ts'
import type { Machine } from '../hops/machine.ts'
import { StepError } from '../step-error.ts'
import { describeCuts } from './command.ts'
import { readProjectFile } from './files.ts'
import type { StepContext, StepKind } from './kind.ts'
import { describeSaved, saveTexts } from './save-texts.ts'
import { addressOfName, withMemberAddress } from './target-address.ts'
import { setPaths } from './set-paths.ts'
import { readResultJson } from './text-as-json.ts'

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete'] as const
const urlSchema = {
  type: 'string',
  pattern: '^https?://[^/]',
  patternErrorMessage: 'an http or https URL with its host, such as http://localhost:7001/api/v3/jobs',
  description:
    'The URL, as the host sees it: `http://localhost:7001/…` is the host itself, `http://gateway:7001/…` a machine of the testbed by its name.',
}

type HttpParams = Readonly<Partial<Record<(typeof methods)[number], string>>> & {
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: Json
  readonly set?: JsonObject
  readonly body?: string
  readonly ca?: string
  readonly insecure?: boolean
}

/** An HTTP request made from the host. */
export const http: StepKind = {
  summary: 'Makes an HTTP request from the host or container; nothing is needed there. Redirects are not followed.',
  schema: {
    description: 'The request: its method as the key of the URL, and what it carries.',
    type: 'object',
    additionalProperties: false,
    properties: {
      ...Object.fromEntries(methods.map((method) => [method, urlSchema])),
      headers: {
        type: 'object',
        propertyNames: { pattern: "^[\\w!#$%&'*+.^`|~-]+$" },
        additionalProperties: { type: 'string', pattern: '^[^\\r\\n\\0]*$', description: 'The value of the header, in one line.' },
        description: 'Request headers, by name.',
      },
      json: {
        description: 'The body as JSON. Sets content-type.',
        anyOf: [
          { type: 'string', format: 'file-path', description: 'a JSON file, relative to this one' },
          { type: 'object', description: 'an object' },
          { type: 'array', description: 'a list' },
        ],
      },
      set: {
        type: 'object',
        description: 'Changes to the JSON body: a path with dots (`container.image.name`) and the value that it gets.',
      },
      body: { type: 'string', description: 'The body as it is.' },
      ca: {
        type: 'string',
        format: 'file-path',
        description: 'A PEM file with the certificates of further authorities, relative to this one.',
      },
      insecure: { type: 'boolean', default: false, description: 'Take any certificate, whoever signed it.' },
    },
    oneOf: methods.map((method) => ({ required: [method] })),
    not: { required: ['json', 'body'] },
  },
  example: `
name: the API lists the instance group
host: gateway
http: { get: 'http://localhost:7001/api/v3/agent/instanceGroups' }
expect:
  status: 200
  json.agentInstanceGroups[].id: { contains: titusagent }`,
  carries: (params) => [(params as HttpParams).json, (params as HttpParams).ca].filter((path) => typeof path === 'string'),
  changes: (params) => (['post', 'patch'] as const).find((method) => isObject(params) && Object.hasOwn(params, method))?.toUpperCase(),
  host: 'required',
  implies: { status: '2xx' },
  pollable: true,
  asserts: false,
  texts: ['body'],
  results: {
    status: 'The HTTP status, a number.',
    headers: 'The headers, by their names in lower case; one that came several times joined with `, `, but `set-cookie` as a list.',
    body: 'The body as text, decoded as its `content-encoding` and charset say.',
    json: 'The body read as JSON; null when it is none, or not whole (`cut` says so).',
    duration: 'How long the answer took, in seconds.',
    cut: 'That the body and its json are not whole, and why; absent when they are.',
    saved: 'The file that the body was saved in; absent where it was not.',
    host: 'The name of the machine that asked.',
  },
  async run(context, params) {
    const request = params as HttpParams
    const method = methods.find((candidate) => candidate in request) ?? 'get'
    const url = request[method] ?? ''
    const json = jsonBody(request, context)
    const body = json === undefined ? request.body : renderJson(json)
    const headers = Object.fromEntries(Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]))
    const parsed = parseUrl(withMemberAddress(url, context.testbed))
    const response = await saveTexts(context, (savers) =>
      askFrom(context.machine, {
        method: method.toUpperCase(),
        url: parsed,
        address: addressOfName(parsed.hostname, context.testbed),
        trust: { insecure: request.insecure, ca: authorities(request, context) },
        headers: { ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body }),
        limitBytes: context.maxOutputBytes,
        save: savers['body'],
        timeoutMs: context.timeoutMs,
        signal: context.signal,
      }),
    )
    if (response.cut !== undefined) context.cut('body', response.cut)
    const read = readResultJson(context, 'the body', response.body, response.cut)
    return {
      request: `${method.toUpperCase()} ${url}`,
      status: response.status,
      headers: response.headers,
      body: response.body,
      json: read.json,
      duration: response.durationMs / 1000,
      ...describeCuts({ body: response.cut, json: read.cut }),
      ...describeSaved(context),
    }
  },
}

/** @throws StepError `undecodable` when the body is not what its headers say, `save` when it is to be saved and is coded */
async function askFrom(machine: Machine, request: HttpRequest): Promise<HttpResponse> {
  try {
    const response = await requestFrom(machine, request)
    const coding = String(response.headers['content-encoding'] ?? 'identity')
    if (request.save === undefined || coding === 'identity') return response
    const hint = 'ask for a plain one: `headers: { accept-encoding: identity }`'
    throw new StepError('save', `a body that is coded as ${coding} is not saved`, { hint })
  } catch (error) {
    if (error instanceof UndecodableBody) throw new StepError('undecodable', error.message, { cause: error })
    throw error
  }
}

function authorities({ ca }: HttpParams, context: StepContext): string | undefined {
  return ca === undefined ? undefined : readProjectFile(ca, context).toString('utf8')
}

function jsonBody(request: HttpParams, context: StepContext): Json | undefined {
  const given = request.json
  if (given === undefined) return undefined
  const changes = request.set ?? {}
  if (typeof given !== 'string') return setPaths(given, changes)
  const text = readProjectFile(given, context).toString('utf8')
  try {
    return setPaths(parseJson(text), changes)
  } catch (error) {
    if (error instanceof StepError) throw error
    throw new StepError('bad-json', `${given} is not JSON: ${(error as Error).message}`, { cause: error })
  }
}

function parseUrl(text: string): HttpUrl {
  const parsed = parseHttpUrl(text)
  if (parsed !== undefined) return parsed
  if (/^https?:\/\/[^/?#]*@/i.test(text))
    throw new StepError('bad-url', 'a URL holds no name and password here', { hint: 'send them as a header: `authorization`' })
  throw new StepError('bad-url', `this is no URL: ${text}`)
}
