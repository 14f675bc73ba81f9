// A route of the HTTP API as the contract declares it: server, client and docs follow from it.
import type { Access } from './access.ts'
import type { RateClass } from './rates.ts'
import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox'
import type { ProblemCode } from './errors.ts'

/** Who may call: anybody, a signed-in person, or the operator of this installation. */
export type Authorization = 'nobody' | 'user' | 'operator'

/** The cookie that a browser signs in with. */
export const SESSION_COOKIE = '__Host-session'

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

export interface RouteOptions<
  Params extends TProperties,
  Query extends TProperties,
  Body extends TProperties,
  Answer extends TSchema,
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
  readonly answer?: Answer
  /** The answer's media type when it is not JSON. */
  readonly produces?: string
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
  readonly answer: Answer | undefined
  readonly produces: string
  readonly problems: readonly ProblemCode[]
  readonly headers: TProperties
  readonly idempotencyKey: boolean
}

// oxlint-disable-next-line typescript/no-explicit-any -- the fields differ from route to route
export type AnyRoute = Route<any, any, any, any>

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
>(
  line: `${Method} /${string}`,
  options: RouteOptions<Params, Query, Body, Answer>,
): Route<Params, Query, Body, Answer> {
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
    answer: options.answer,
    produces: options.produces ?? 'application/json',
    problems: options.problems ?? [],
    headers: options.headers ?? {},
    idempotencyKey: options.idempotencyKey ?? false,
  }
}
