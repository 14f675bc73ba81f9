// How many requests are under way at once in a process: more are told to come again, at the door.
import { Problem } from '@sosik/contract/errors'
import { stream } from '@sosik/contract/notification'
import { readHealth, readMetrics } from '@sosik/contract/operations'
import type { FastifyInstance } from 'fastify'

/** Seconds of work on two processors. Who waits longer has given up, and is done for nobody. */
export const UNDER_WAY_MAX = 1_000

/** Streams have a bound of their own; and who looks how a server is has to see that it is full. */
const NOT_COUNTED: ReadonlySet<string | undefined> = new Set(
  [stream, readHealth, readMetrics].map(({ path }) => path),
)

export function boundUnderWay(app: FastifyInstance, most: number): void {
  let underWay = 0
  app.addHook('onRequest', async (request, reply) => {
    if (NOT_COUNTED.has(request.routeOptions.url)) return
    if (underWay >= most) throw new Problem('not_ready')
    underWay += 1
    // Whether it was answered, or its caller has gone away.
    reply.raw.once('close', () => {
      underWay -= 1
    })
  })
}
