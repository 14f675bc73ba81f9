// `GET /stream`: an event stream for a signed-in person.
import { Problem } from '@sosik/contract/errors'
import { stream as streamRoute } from '@sosik/contract/notification'
import type { Gateway } from '@sosik/services/live/index.ts'
import { streamSink } from '@sosik/services/live/routes.ts'
import type { Caller } from '@sosik/services/service.ts'
import type { FastifyInstance } from 'fastify'
import { uuidv7 } from 'uuidv7'
import { type CallerParts, callerOf } from './callers.ts'

export interface StreamParts extends CallerParts {
  readonly gateway: Gateway
  readonly opened: (caller: Caller, streamId: string) => Promise<void>
  readonly closed: (streamId: string) => Promise<void>
}

export function mountStream(app: FastifyInstance, parts: StreamParts): void {
  app.get(streamRoute.path, async (request, reply) => {
    const caller = await callerOf(request, streamRoute.auth, parts)
    if (caller === undefined) throw new Problem('not_signed_in')
    const { gateway } = parts
    const refusal = gateway.refusal()
    if (refusal !== undefined) {
      reply.header('retry-after', refusal)
      throw new Problem('not_ready')
    }
    const streamId = uuidv7()
    const lastEventId = request.headers['last-event-id']
    reply.hijack()
    const sink = streamSink(reply.raw)
    const failed = (error: unknown) => request.log.error({ error }, 'stream failed')
    const opening = gateway.open({
      ...caller,
      streamId,
      lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
      sink,
    })
    reply.raw.once('close', () => {
      void opening.then((stream) => gateway.left(stream)).catch(failed)
      void parts.closed(streamId).catch(failed)
    })
    try {
      await parts.opened(caller, streamId)
      await opening
    } catch (error) {
      // The head of the answer is out: the reader comes back after a broken connection.
      failed(error)
      sink.end()
    }
  })
}
