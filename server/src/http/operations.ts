// Routes for whoever runs the server: is it alive, and what does it measure.
import { readHealth, readMetrics } from '@sosik/contract/operations'
import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../metrics/metrics.ts'
import type { Operator } from '../operators.ts'
import { operatorOf } from './operator-door.ts'

export function mountOperations(
  app: FastifyInstance,
  parts: { readonly operators: readonly Operator[]; readonly metrics: Metrics },
): void {
  app.get(readHealth.path, async () => ({ status: 'ok' }))
  const config = { produces: readMetrics.produces }
  app.get(readMetrics.path, { config }, async (request, reply) => {
    operatorOf(request, readMetrics, parts.operators)
    return reply.header('content-type', parts.metrics.contentType).send(await parts.metrics.text())
  })
}
