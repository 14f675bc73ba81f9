// The API as typed calls: a route of the contract in, its answer or a `Problem` out.
import type { ProblemCode } from '@sosik/contract/errors'
import { IDEMPOTENCY_KEY } from '@sosik/contract/idempotency'
import type {
  AnyRoute,
  AnswerOf,
  BodyOf,
  JsonRoute,
  ParamsOf,
  QueryOf,
} from '@sosik/contract/route'

/** The part of the global `fetch` that is asked here. */
export type Fetch = (address: string, init: RequestInit) => Promise<Response>

export interface ClientOptions {
  /** Where the server is, such as `http://127.0.0.1:3000`; '' for a page's own origin. */
  readonly baseUrl: string
  /** A bearer token; a browser sends its cookie by itself. */
  readonly token?: string
  readonly timeoutMs?: number
  /** What asks the server instead of the global `fetch`. */
  readonly fetch?: Fetch
  /** The longest pause before a server that is away is asked again. */
  readonly retryMsMax?: number
}

type Part<Name extends string, Value> =
  Record<never, never> extends Value
    ? { readonly [One in Name]?: Value }
    : { readonly [One in Name]: Value }

/** What a call must bring: only the parts that its route asks for. */
export type CallOptions<One extends JsonRoute> = Part<'params', ParamsOf<One>> &
  Part<'query', QueryOf<One>> &
  Part<'body', BodyOf<One>> & {
    /** Where the route takes one: asked again with it, what is done already is not done again. */
    readonly idempotencyKey?: string
  }

/** What the server refused, with the code that stays the same. */
export class ProblemAnswer extends Error {
  readonly status: number
  readonly code: ProblemCode
  readonly detail: string | undefined
  constructor(status: number, body: { title?: string; code?: string; detail?: string }) {
    super([body.title ?? `status ${status}`, body.detail].filter(Boolean).join(' '))
    this.name = 'ProblemAnswer'
    this.status = status
    this.code = (body.code ?? 'internal') as ProblemCode
    this.detail = body.detail
  }
}

/** Whether asking again would change nothing. */
export function isRefusal(error: unknown): error is ProblemAnswer {
  return error instanceof ProblemAnswer && error.status < 500 && error.status !== 429
}

const TIMEOUT_MS = 30_000

export interface Client {
  readonly options: ClientOptions
  /** Rejects with `ProblemAnswer` when the server refuses, with `TypeError` when it is away. */
  call<One extends JsonRoute>(route: One, options: CallOptions<One>): Promise<AnswerOf<One>>
  /** The same server, as another person. */
  as(token: string): Client
}

export function createClient(options: ClientOptions): Client {
  return {
    options,
    async call(route, given) {
      const {
        params = {},
        query = {},
        body,
        idempotencyKey,
      }: Partial<Record<'params' | 'query' | 'body', object>> & { idempotencyKey?: string } = given
      // Not as a method: a browser's own would refuse to be called on our options.
      const { fetch: ask = fetch } = options
      const response = await ask(addressOf(options.baseUrl, route, params, query), {
        method: route.method,
        headers: {
          ...authorization(options.token),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(idempotencyKey !== undefined && { [IDEMPOTENCY_KEY]: `"${idempotencyKey}"` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS),
      })
      const text = await response.text()
      const answer = text === '' ? undefined : JSON.parse(text)
      if (!response.ok) throw new ProblemAnswer(response.status, answer ?? {})
      return answer
    },
    as: (token) => createClient({ ...options, token }),
  }
}

export function authorization(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

export function addressOf(baseUrl: string, route: AnyRoute, params: object, query: object): string {
  const values = new Map(Object.entries(params))
  const path = route.path.replace(/:(\w+)/g, (_: string, name: string) =>
    encodeURIComponent(String(values.get(name))),
  )
  const search = new URLSearchParams(
    Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  )
  return `${baseUrl}${path}${search.size > 0 ? `?${search}` : ''}`
}
