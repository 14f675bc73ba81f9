// What the toolkit tells on its channels becomes log lines: ids and places, never an event's data.
import type { FastifyBaseLogger } from 'fastify'
import { diagnostics, type Failed, type Handled, type Redriven } from 'sosik'

const REDRIVEN: Readonly<Record<Redriven['outcome'], string>> = {
  redriven: 'a dead letter is handled',
  discarded: 'a dead letter is discarded',
  quarantined: 'a dead letter is quarantined',
  released: 'a key is free again',
}

export function logDiagnostics(logger: FastifyBaseLogger): () => void {
  const recordOf = ({ group, topic, partition, offset, type }: Handled) => ({
    group,
    topic,
    partition,
    offset: String(offset),
    type,
  })
  const failureOf = ({ eventId, attempt, error, ...record }: Failed) => ({
    ...recordOf(record),
    eventId,
    attempt,
    error,
  })
  const tellRedriven = ({ eventId, redrives, outcome, ...record }: Redriven) =>
    logger[outcome === 'quarantined' ? 'error' : 'info'](
      { ...recordOf(record), eventId, redrives },
      REDRIVEN[outcome],
    )
  const ends = [
    diagnostics.retried.on((news) => logger.warn(failureOf(news), 'an attempt failed')),
    diagnostics.paused.on((news) => logger.warn(failureOf(news), 'waiting for an outage to end')),
    diagnostics.breaker.on((news) => {
      if (news.state === 'opened') logger.warn(news, 'the breaker is open: the group waits')
      else if (news.state === 'probed') logger.info(news, 'one record is tried')
      else logger.info(news, 'the breaker is closed: the group goes on')
    }),
    diagnostics.startsNoted.on((news) => {
      if (news.isAlone) logger.warn(news, 'a record that may have ended its process runs alone')
      else logger.debug(news, 'starts are noted, for the last owner ended uncleanly')
    }),
    diagnostics.deadLettered.on((news) => logger.error(failureOf(news), 'dead letter')),
    diagnostics.parked.on((news) => logger.debug(recordOf(news), 'parked behind a dead letter')),
    diagnostics.redriven.on(tellRedriven),
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
