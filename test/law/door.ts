// The server's door in the law's process: a `fetch` that calls routes and opens streams by hand.
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { Fetch } from '@sosik/client'
import { Problem } from '@sosik/contract/errors'
import type { Gateway } from '@sosik/services/live/index.ts'
import type { Answering, RouteRequest } from '@sosik/services/service.ts'
import { connectTo, type Connection } from './connection.ts'

export interface DoorParts {
  readonly answerings: readonly Answering[]
  /** The gateway that the next stream comes to. */
  readonly gateway: () => Gateway
}

export interface Door {
  readonly fetch: Fetch
  /** Breaks the streams of a person, or of a gateway: what is on its way is lost. */
  cut(whose: { readonly userId: number } | { readonly gateway: Gateway }): void
}

const HEADERS = { 'content-type': 'application/json' }

/** The bearer token is the user's id. */
export function lawDoor({ answerings, gateway }: DoorParts): Door {
  const connections = new Set<Connection>()

  async function answer(userId: number, method: string, url: URL, body: unknown) {
    for (const { route, handler } of answerings) {
      const params = route.method === method ? paramsOf(route.path, url.pathname) : undefined
      if (params === undefined) continue
      const query = valuesOf(Object.fromEntries(url.searchParams))
      const caller = { userId, sessionId: `session of ${userId}` }
      const common = { conditions: {}, idempotency: undefined, correlationId: 'law' }
      const answered = await handler({ params, query, body, caller, ...common } as RouteRequest)
      const text = answered === undefined ? null : JSON.stringify(answered)
      return new Response(text, { status: route.status, headers: HEADERS })
    }
    throw new Problem('not_found')
  }

  function openStream(userId: number, headers: Headers, signal: RequestInit['signal']): Response {
    const lastEventId = headers.get('last-event-id') ?? undefined
    const connection = connectTo(gateway(), { userId, lastEventId, signal })
    connections.add(connection)
    connection.onEnd(() => connections.delete(connection))
    return new Response(connection.body, { headers: { 'content-type': 'text/event-stream' } })
  }

  return {
    async fetch(address, { method = 'GET', signal, ...init }) {
      const url = new URL(address, 'http://law')
      const headers = new Headers(init.headers)
      const userId = Number(headers.get('authorization')?.replace('Bearer ', ''))
      signal?.throwIfAborted()
      if (url.pathname === '/stream') return openStream(userId, headers, signal)
      try {
        return await answer(userId, method, url, bodyOf(init.body))
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        return Response.json({ code: error.code }, { status: error.status })
      }
    },
    cut(whose) {
      const isMeant = (one: Connection) =>
        'gateway' in whose ? one.gateway === whose.gateway : one.userId === whose.userId
      for (const one of [...connections].filter(isMeant)) one.cut()
    },
  }
}

/** As the host hands it over: JSON parsed, an upload as a stream. */
function bodyOf(body: RequestInit['body']): unknown {
  if (typeof body === 'string') return JSON.parse(body)
  if (!(body instanceof Blob)) return {}
  return { bytes: Readable.fromWeb(body.stream() as ReadableStream), sizeBytes: body.size }
}

/** The values of `:name` in a path that fits. */
function paramsOf(path: string, pathname: string): object | undefined {
  const names = path.split('/')
  const values = pathname.split('/').map(decodeURIComponent)
  if (names.length !== values.length) return undefined
  const isValue = (name: string) => name.startsWith(':')
  if (!names.every((name, at) => isValue(name) || name === values[at])) return undefined
  const pairs = names.flatMap((name, at) => (isValue(name) ? [[name.slice(1), values[at]]] : []))
  return valuesOf(Object.fromEntries(pairs) as Record<string, string>)
}

/** As the host reads them: digits are a number. */
function valuesOf(texts: Readonly<Record<string, string>>): object {
  const values = Object.entries(texts).map(([name, text]) => [
    name,
    /^\d+$/.test(text) ? Number(text) : text,
  ])
  return Object.fromEntries(values) as object
}
