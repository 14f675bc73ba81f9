// `GET /stream`: an event stream for a signed-in person.
import { Problem } from '@sosik/contract/errors'
import { stream as streamRoute } from '@sosik/contract/notification'
import type { Gateway } from '@sosik/services/live/index.ts'
import { streamSink } from '@sosik/services/live/routes.ts'
import type { Caller } from '@sosik/services/service.ts'
import type { FastifyInstance } from 'fastify'
import { uuidv7 } from 'uuidv7'
import { type GuardParts, guardedCaller, guardOf } from './guard.ts'

export interface StreamParts extends GuardParts {
  readonly gateway: Pick<Gateway, 'refusal' | 'open' | 'left'>
  readonly opened: (caller: Caller, streamId: string) => Promise<void>
  readonly closed: (streamId: string) => Promise<void>
}

export function mountStream(app: FastifyInstance, parts: StreamParts): void {
  // A stream's head alone is worth nothing, and would hold the connection.
  const options = { exposeHeadRoute: false, config: { produces: streamRoute.produces } }
  app.get(
    streamRoute.path,
    { ...guardOf(streamRoute, parts), ...options },
    async (request, reply) => {
      const caller = guardedCaller(request)
      if (caller === undefined) throw new Problem('not_signed_in')
      const { gateway } = parts
      const waitSeconds = gateway.refusal()
      if (waitSeconds !== undefined) {
        reply.header('retry-after', String(waitSeconds))
        throw new Problem('not_ready')
      }
      const streamId = uuidv7()
      const lastEventId = request.headers['last-event-id']
      reply.hijack()
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value)
      }
      const sink = streamSink(reply.raw)
      const failed = (error: unknown) => request.log.error({ error }, 'stream failed')
      // Who comes online is told to who watches: a reader is one of them before it is ready.
      const opening = parts.opened(caller, streamId).then(() =>
        gateway.open({
          ...caller,
          streamId,
          lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
          sink,
        }),
      )
      reply.raw.once('close', () => {
        void opening.then((stream) => gateway.left(stream)).catch(failed)
        void parts.closed(streamId).catch(failed)
      })
      try {
        await opening
      } catch (error) {
        // The head of the answer is out: the reader comes back after a broken connection.
        failed(error)
        sink.end()
      }
    },
  )
}
