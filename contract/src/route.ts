// A route of the HTTP API as the contract declares it: server, client and docs follow from it.
import type { Access } from './access.ts'
import type { RateClass } from './rates.ts'
import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox'
import type { ProblemCode } from './errors.ts'

/** Who may call: anybody, a signed-in person, or an operator of this installation. */
export type Authorization = 'nobody' | 'user' | 'operator'

/** The cookie that a browser signs in with. */
export const SESSION_COOKIE = '__Host-session'

/** The cookie of the operator's face. */
export const OPERATOR_COOKIE = '__Host-operator'

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

/** A body that is bytes and no JSON. */
export interface Bytes {
  /** The only one that is taken. What the bytes really are is found in them. */
  readonly mediaType: string
  readonly bytesMax: number
}

export const JSON_TYPE = 'application/json'

export interface RouteOptions<
  Params extends TProperties,
  Query extends TProperties,
  Body extends TProperties,
  Answer extends TSchema,
  Consumes extends Bytes | undefined,
  Produces extends string,
> {
  readonly auth: Authorization
  /** Whom of them the route lets through to what its path names. */
  readonly access: Access
  /** Which limits its calls are counted against; `default` when left out. */
  readonly rate?: RateClass
  /** One sentence for the docs. */
  readonly says: string
  /** The status of success; 200 when left out. */
  readonly status?: 200 | 201 | 204
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  /** Instead of `body`, where bytes come. */
  readonly consumes?: Consumes
  readonly answer?: Answer
  /** The answer's media type when it is not JSON. */
  readonly produces?: Produces
  /** What it refuses by its own rules; `problemsOf` adds what every route of its kind refuses. */
  readonly problems?: readonly ProblemCode[]
  /** Request headers that it reads. */
  readonly headers?: TProperties
  /** Asked again with the same `Idempotency-Key`, it answers again what it answered first. */
  readonly idempotencyKey?: boolean
}

export interface Route<
  Params extends TProperties = TProperties,
  Query extends TProperties = TProperties,
  Body extends TProperties = TProperties,
  Answer extends TSchema = TSchema,
  Consumes extends Bytes | undefined = Bytes | undefined,
  Produces extends string = string,
> {
  readonly kind: 'route'
  readonly method: Method
  readonly path: string
  readonly auth: Authorization
  readonly access: Access
  readonly rate: RateClass
  readonly says: string
  readonly status: 200 | 201 | 204
  readonly params: TObject<Params>
  readonly query: TObject<Query>
  readonly body: TObject<Body> | undefined
  readonly consumes: Consumes
  readonly answer: Answer | undefined
  readonly produces: Produces
  readonly problems: readonly ProblemCode[]
  readonly headers: TProperties
  readonly idempotencyKey: boolean
}

// oxlint-disable-next-line typescript/no-explicit-any -- the fields differ from route to route
export type AnyRoute = Route<any, any, any, any, any, any>
/** A route that takes and answers JSON, or nothing. */
// oxlint-disable-next-line typescript/no-explicit-any -- the fields differ from route to route
export type JsonRoute = Route<any, any, any, any, undefined, typeof JSON_TYPE>

export type ParamsOf<One extends AnyRoute> = Static<One['params']>
export type QueryOf<One extends AnyRoute> = Static<One['query']>
export type BodyOf<One extends AnyRoute> = Static<NonNullable<One['body']>>
export type AnswerOf<One extends AnyRoute> = Static<NonNullable<One['answer']>>

const strict = { additionalProperties: false }

/** Declares a route. Unknown fields in params, query and body are refused. */
export function route<
  Params extends TProperties = Record<never, never>,
  Query extends TProperties = Record<never, never>,
  Body extends TProperties = Record<never, never>,
  Answer extends TSchema = TSchema,
  Consumes extends Bytes | undefined = undefined,
  Produces extends string = typeof JSON_TYPE,
>(
  line: `${Method} /${string}`,
  options: RouteOptions<Params, Query, Body, Answer, Consumes, Produces>,
): Route<Params, Query, Body, Answer, Consumes, Produces> {
  const [method, path] = line.split(' ') as [Method, string]
  return {
    kind: 'route',
    method,
    path,
    auth: options.auth,
    access: options.access,
    rate: options.rate ?? 'default',
    says: options.says,
    status: options.status ?? 200,
    params: Type.Object((options.params ?? {}) as Params, strict),
    query: Type.Object((options.query ?? {}) as Query, strict),
    body: options.body && Type.Object(options.body, strict),
    consumes: options.consumes as Consumes,
    answer: options.answer,
    produces: (options.produces ?? JSON_TYPE) as Produces,
    problems: options.problems ?? [],
    headers: options.headers ?? {},
    idempotencyKey: options.idempotencyKey ?? false,
  }
}
