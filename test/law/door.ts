// The server's door in the law's process: a `fetch` that calls routes and opens streams by hand.
import { Problem } from '@sosik/contract/errors'
import type { Gateway } from '@sosik/services/live/index.ts'
import type { Answering, RouteRequest } from '@sosik/services/service.ts'

export interface DoorParts {
  readonly answerings: readonly Answering[]
  /** The gateway that the next stream comes to. */
  readonly gateway: () => Gateway
}

export interface Door {
  readonly fetch: typeof fetch
  /** Breaks the streams of a person, or of a gateway: what is on its way is lost. */
  cut(whose: { readonly userId: number } | { readonly gateway: Gateway }): void
}

interface Connection {
  readonly userId: number
  readonly gateway: Gateway
  cut(): void
}

const CREATED = { 'content-type': 'application/json' }

/** The bearer token is the user's id. */
export function lawDoor({ answerings, gateway }: DoorParts): Door {
  const connections = new Set<Connection>()
  const encoder = new TextEncoder()

  async function answer(userId: number, method: string, url: URL, body: unknown) {
    for (const { route, handler } of answerings) {
      const params = route.method === method ? paramsOf(route.path, url.pathname) : undefined
      if (params === undefined) continue
      const query = valuesOf(Object.fromEntries(url.searchParams))
      const caller = { userId, sessionId: `session of ${userId}` }
      const request = { params, query, body, caller, correlationId: 'law' } as RouteRequest
      const answered = await handler(request)
      const text = answered === undefined ? null : JSON.stringify(answered)
      return new Response(text, { status: route.status, headers: CREATED })
    }
    throw new Problem('not_found')
  }

  function openStream(userId: number, lastEventId: string | undefined, signal: AbortSignal) {
    const opened = gateway()
    let isOpen = true
    const { promise, resolve } = Promise.withResolvers<ReadableStreamDefaultController>()
    const body = new ReadableStream({ start: resolve })
    const end = (how: (controller: ReadableStreamDefaultController) => void) => {
      if (!isOpen) return
      isOpen = false
      connections.delete(connection)
      void promise.then(how)
      // A stream that could not be opened is left already.
      opening.then((stream) => opened.left(stream)).catch(() => {})
    }
    const connection: Connection = {
      userId,
      gateway: opened,
      cut: () => end((controller) => controller.error(new Error('The connection is broken.'))),
    }
    const sink = {
      write: (text: string) =>
        void promise.then((controller) => isOpen && controller.enqueue(encoder.encode(text))),
      queuedBytes: () => 0,
      end: () => end((controller) => controller.close()),
    }
    const opening = opened.open({ userId, sessionId: `session of ${userId}`, lastEventId, sink })
    opening.catch(connection.cut)
    connections.add(connection)
    signal.addEventListener('abort', connection.cut, { once: true })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }

  return {
    async fetch(input, init = {}) {
      const url = new URL(String(input), 'http://law')
      const headers = new Headers(init.headers)
      const userId = Number(headers.get('authorization')?.replace('Bearer ', ''))
      const signal = init.signal ?? AbortSignal.timeout(60_000)
      signal.throwIfAborted()
      if (url.pathname === '/stream') {
        return openStream(userId, headers.get('last-event-id') ?? undefined, signal)
      }
      const body = typeof init.body === 'string' ? JSON.parse(init.body) : {}
      try {
        return await answer(userId, init.method ?? 'GET', url, body)
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        return new Response(JSON.stringify({ code: error.code }), { status: error.status })
      }
    },
    cut(whose) {
      for (const one of connections) {
        const isMeant =
          'gateway' in whose ? one.gateway === whose.gateway : one.userId === whose.userId
        if (isMeant) one.cut()
      }
    },
  }
}

/** The values of `:name` in a path that fits. */
function paramsOf(path: string, pathname: string): object | undefined {
  const names = path.split('/')
  const values = pathname.split('/').map(decodeURIComponent)
  if (names.length !== values.length) return undefined
  const fits = names.every((name, at) => name.startsWith(':') || name === values[at])
  if (!fits) return undefined
  const pairs = names.flatMap((name, at) =>
    name.startsWith(':') ? [[name.slice(1), values[at]]] : [],
  )
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
