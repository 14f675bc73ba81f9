// The API as an OpenAPI 3.1 document, written from the routes as they are declared. Pure.
import type { NamedRoute } from '../api.ts'
import { PROBLEMS, type ProblemCode } from '../errors.ts'
import { operationOf } from './operation.ts'
import { ProblemDetails, problemResponse } from './problem.ts'
import { type JsonSchema, namedSchemas } from './schema.ts'
import { SECURITY_SCHEMES } from './security.ts'

export interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: {
    readonly required: true
    readonly description?: string
    readonly content: Content
  }
  readonly responses: Readonly<Record<string, Response | Reference>>
}

export interface Reference {
  readonly $ref: string
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly schema: JsonSchema
}

export type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>

export interface Response {
  readonly description: string
  readonly content?: Content
}

export interface OpenApi {
  readonly openapi: '3.1.1'
  readonly info: Readonly<Record<string, unknown>> & { readonly description: string }
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly responses: Readonly<Record<string, Response>>
    readonly securitySchemes: typeof SECURITY_SCHEMES
  }
}

const VERSION = '0.1.0'

/** In Markdown, a paragraph each. */
const DESCRIPTION = [
  'JSON with snake_case fields, as in the events; files are sent and answered as they are.',
  'What is refused is answered with problem details (RFC 9457) and a `code` that stays the same; ' +
    'the title is Korean or English, by `Accept-Language`.',
  'Lists answer `items` and, while there is more, `next`: the query fields that ask for the rest.',
  'A command with an `Idempotency-Key` can be asked again for a day and is done once; ' +
    'sending a message has `client_message_id` for that, for good.',
  'Every path answers OPTIONS with `Allow`, and HEAD where it answers GET, but for stream and ' +
    'files. An unknown path is answered 404 `not_found`, another method 405 `method_not_allowed`.',
]

const CONTEXTS: Readonly<Record<string, string>> = {
  user: 'People, their sessions and profiles.',
  friend: 'Requests and friendships.',
  chat: 'Rooms, who is in them, and what is said.',
  files: 'Images and other files, uploaded to be sent.',
  notification: 'Notifications, and the stream of all that happens.',
  search: 'Messages by what they say.',
  analytics: 'Numbers over everything.',
  operations: 'The server itself.',
  ops: 'What waits, what has failed, and helping by hand.',
  trace: 'Where a message has got to.',
}

/** `schemas` have names in the document; all others are written where they are used. */
export function openApi(
  routes: readonly NamedRoute[],
  schemas: Readonly<Record<string, object>>,
): OpenApi {
  const { components, refer } = namedSchemas({ ...schemas, ProblemDetails })
  const paths: Record<string, Record<string, Operation>> = {}
  for (const named of routes) {
    const { method, path } = named.route
    const at = path.replace(/:(\w+)/g, '{$1}')
    paths[at] = { ...paths[at], [method.toLowerCase()]: operationOf(named, refer) }
  }
  const codes = Object.keys(PROBLEMS) as ProblemCode[]
  return {
    openapi: '3.1.1',
    info: {
      title: 'Sosik',
      version: VERSION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: DESCRIPTION.join('\n\n'),
    },
    tags: [...new Set(routes.map(({ context }) => context))].map((name) => ({
      name,
      description: CONTEXTS[name] ?? name,
    })),
    paths,
    components: {
      schemas: components,
      responses: Object.fromEntries(codes.map((code) => [code, problemResponse([code])])),
      securitySchemes: SECURITY_SCHEMES,
    },
  }
}
