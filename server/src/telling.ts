// What the toolkit tells on its channels becomes log lines: ids and places, never an event's data.
import type { FastifyBaseLogger } from 'fastify'
import { diagnostics, type Failed } from 'sosik'

export function logDiagnostics(logger: FastifyBaseLogger): () => void {
  const placeOf = ({ group, topic, partition, offset, type, eventId, attempt, error }: Failed) => ({
    group,
    topic,
    partition,
    offset: String(offset),
    type,
    eventId,
    attempt,
    error,
  })
  const ends = [
    diagnostics.retried.on((news) => logger.warn(placeOf(news), 'an attempt failed')),
    diagnostics.paused.on((news) => logger.warn(placeOf(news), 'waiting for an outage to end')),
    diagnostics.deadLettered.on((news) => logger.error(placeOf(news), 'dead letter')),
    diagnostics.publishRefused.on(({ isLast, ...news }) => {
      if (isLast) logger.error(news, 'an event cannot be published; its key is parked')
      else logger.warn(news, 'the log refuses an event; its key waits')
    }),
    diagnostics.trouble.on(({ part, error }) => logger.warn({ part, error }, 'trouble')),
  ]
  return () => {
    for (const end of ends) end()
  }
}
