// Routes for whoever runs the server: is it alive, and what does it measure.
import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../metrics/metrics.ts'
import { type CallerParts, callerOf } from './callers.ts'

export function mountOperations(
  app: FastifyInstance,
  parts: CallerParts & { readonly metrics: Metrics },
): void {
  app.get('/health', async () => ({ status: 'ok' }))
  app.get('/metrics', async (request, reply) => {
    await callerOf(request, 'operator', parts)
    return reply.header('content-type', parts.metrics.contentType).send(await parts.metrics.text())
  })
}
