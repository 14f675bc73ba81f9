// Routes for whoever runs the server: is it alive, and what does it measure.
import { readHealth, readMetrics } from '@sosik/contract/operations'
import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../metrics/metrics.ts'
import { type CallerParts, callerOf } from './callers.ts'

export function mountOperations(
  app: FastifyInstance,
  parts: CallerParts & { readonly metrics: Metrics },
): void {
  app.get(readHealth.path, async () => ({ status: 'ok' }))
  const config = { produces: readMetrics.produces }
  app.get(readMetrics.path, { config }, async (request, reply) => {
    await callerOf(request, readMetrics.auth, parts)
    return reply.header('content-type', parts.metrics.contentType).send(await parts.metrics.text())
  })
}
