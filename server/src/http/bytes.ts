// Bodies and answers of bytes: streamed, bounded by a length that is said first, and never parsed.
import { Problem } from '@sosik/contract/errors'
import type { Bytes } from '@sosik/contract/route'
import type { Download, Upload } from '@sosik/services/service.ts'
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  preParsingAsyncHookHandler,
  RouteOptions,
} from 'fastify'
import { answerBroken } from './problems.ts'

/** Mounts a route that takes bytes of one media type; its handler gets them as they come. */
export function takeBytes(app: FastifyInstance, consumes: Bytes, route: RouteOptions): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(consumes.mediaType, (_request, _bytes, done) => done(null))
    scope.addHook('onSend', async (request, reply) => {
      if (!(lengthOf(request) <= consumes.bytesMax)) reply.header('connection', 'close')
    })
    // The rest of a body that was refused on the way: nobody else takes it off the connection.
    scope.addHook('onResponse', async (request) => void request.raw.resume())
    scope.route(route)
  })
}

/** What is longer than it may be is refused unread, and the connection with it. */
export function uploadOf(request: FastifyRequest, { bytesMax }: Bytes): Upload {
  const sizeBytes = lengthOf(request)
  if (!(sizeBytes > 0)) throw new Problem('length_required')
  if (sizeBytes > bytesMax) throw new Problem('body_too_large')
  return { bytes: request.raw, sizeBytes }
}

/** NaN where it is not said. */
function lengthOf({ headers }: FastifyRequest): number {
  return Number(headers['content-length'] ?? Number.NaN)
}

export function sendBytes(reply: FastifyReply, answer: Download): FastifyReply {
  return reply.code(answer.status).headers(answer.headers).send(answer.bytes)
}

class LateBody extends Error {
  readonly code = 'ERR_HTTP_REQUEST_TIMEOUT'
}

/** Ends a connection whose body of JSON does not arrive: the server's own limit is for uploads. */
export function cutSlowBody(arrivalMsMax: number): preParsingAsyncHookHandler {
  return async (request, reply, body) => {
    const timer = setTimeout(() => {
      answerBroken(new LateBody(), request.raw.socket)
      request.raw.socket.destroySoon()
    }, arrivalMsMax)
    const stop = () => clearTimeout(timer)
    body.once('end', stop)
    // A body that was refused, or given up, is waited for no longer.
    for (const end of ['finish', 'close']) reply.raw.once(end, stop)
    return body
  }
}
