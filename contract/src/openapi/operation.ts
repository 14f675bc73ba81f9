// One route as OpenAPI says it: what it takes, what it answers, and all that it refuses.
import type { NamedRoute } from '../api.ts'
import { PROBLEMS, type ProblemCode } from '../errors.ts'
import { IDEMPOTENCY_KEY, IdempotencyKey } from '../idempotency.ts'
import { problemsOf } from '../problems.ts'
import { type AnyRoute, JSON_TYPE } from '../route.ts'
import type { Operation, Parameter, Reference, Response } from './document.ts'
import { problemResponse } from './problem.ts'
import type { Refer } from './schema.ts'
import { securityOf } from './security.ts'

export function operationOf({ context, name, route }: NamedRoute, refer: Refer): Operation {
  const parameters = parametersOf(route, refer)
  return {
    operationId: name,
    tags: route.auth === 'operator' ? [context, 'operator'] : [context],
    summary: route.says,
    security: securityOf(route.auth),
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: refer(route.body) } },
      },
    }),
    ...(route.consumes && {
      requestBody: {
        required: true,
        description: `At most ${route.consumes.bytesMax} bytes; \`content-length\` says how many.`,
        content: { [route.consumes.mediaType]: { schema: {} } },
      },
    }),
    responses: {
      [route.status]: successOf(route, refer),
      ...conditionalOf(route),
      ...refusalsOf(route),
    },
  }
}

function parametersOf(route: AnyRoute, refer: Refer): Parameter[] {
  const key = { [IDEMPOTENCY_KEY]: IdempotencyKey }
  const headers = { ...route.headers, ...(route.idempotencyKey && key) }
  const of = (place: Parameter['in'], fields: object, required: readonly string[] = []) =>
    Object.entries(fields).map(([name, schema]: [string, object]) => ({
      name,
      in: place,
      required: required.includes(name),
      schema: refer(schema),
    }))
  return [
    ...of('path', route.params.properties, Object.keys(route.params.properties)),
    ...of('query', route.query.properties, route.query.required),
    ...of('header', headers),
  ]
}

const SUCCESS = { 200: 'Done.', 201: 'Made.', 204: 'Done; there is nothing to say.' } as const

function successOf({ status, produces, answer }: AnyRoute, refer: Refer): Response {
  const description = SUCCESS[status]
  const isBytes = produces !== JSON_TYPE && answer === undefined
  if (isBytes) return bytesOf(produces, description)
  if (answer === undefined) return { description }
  return { description, content: { [produces]: { schema: refer(answer) } } }
}

/** What else a route answers to who asks for a part, or for what has changed. */
function conditionalOf({ headers, produces }: AnyRoute): Record<string, Response> {
  const names = Object.keys(headers).map((name) => name.toLowerCase())
  return {
    ...(names.includes('range') && { 206: bytesOf(produces, 'The part that was asked for.') }),
    ...(names.includes('if-none-match') && { 304: { description: 'It is as you have it.' } }),
  }
}

const bytesOf = (mediaType: string, description: string): Response => {
  return { description, content: { [mediaType]: { schema: {} } } }
}

/** By status. */
function refusalsOf(route: AnyRoute): Record<string, Response | Reference> {
  const byStatus = Map.groupBy(problemsOf(route), (code) => PROBLEMS[code][0])
  return Object.fromEntries([...byStatus].map(([status, codes]) => [status, refusalOf(codes)]))
}

/** A code that has its status alone on this route is written once for all. */
function refusalOf(codes: readonly ProblemCode[]): Response | Reference {
  return codes.length > 1
    ? problemResponse(codes)
    : { $ref: `#/components/responses/${codes.join('')}` }
}
