// What the toolkit tells its host: typed messages on Node's diagnostics channels, never a log line.
import { channel } from 'node:diagnostics_channel'
import type { Position } from './envelope/envelope.ts'
import type { TopicPartition } from './log/log.ts'

export interface EventPublished {
  readonly topic: string
  readonly type: string
}

export interface Handled extends Position {
  readonly group: string
  /** The event's name, or the unknown one of a skipped record. */
  readonly type: string
}

export interface Failed extends Handled {
  readonly eventId: string
  /** The attempt that failed, from 1. */
  readonly attempt: number
  readonly error: Error
}

/** A group's breaker: while it is open, no record is tried but a probe now and then. */
export interface BreakerNews {
  readonly group: string
  readonly state: 'opened' | 'probed' | 'closed'
  /** Not with `closed`. What is away, or the share of attempts that fail. */
  readonly cause?: 'outage' | 'rate'
  /** Probes in a row that failed. */
  readonly failedProbes?: number
}

/** Records start only when that is on record: the partition's last owner ended uncleanly. */
export interface StartsNoted extends TopicPartition {
  readonly group: string
  readonly records: number
  /** Whether it is one that may have ended its process, and runs while nothing else does. */
  readonly isAlone: boolean
}

/** The log will never take an event of the outbox as it is; its key waits. */
export interface PublishRefused extends EventPublished {
  readonly eventId: string
  /** From 1. */
  readonly attempt: number
  /** Whether the key is parked now, until somebody releases or discards it. */
  readonly isLast: boolean
  readonly error: Error
}

/** A relay was away for longer than its leases, and others have had its buckets. */
export interface LeasesLost {
  readonly owner: string
  readonly buckets: number
}

/** A dead letter that its group was asked to bring back, or to give up. */
export interface Redriven extends Handled {
  readonly eventId: string
  readonly redrives: number
  /** `released`: its followers are handled as well, and its key is free. */
  readonly outcome: 'redriven' | 'discarded' | 'quarantined' | 'released'
}

/** Something outside is wrong; the part goes on trying. */
export interface Trouble {
  /** Which part, such as `relay` or a group's name. */
  readonly part: string
  readonly error: Error
}

export interface NewsChannel<News> {
  /** The name under which Node's `diagnostics_channel` knows it. */
  readonly name: string
  /** Whether anybody listens; without, news need not even be put together. */
  readonly isHeard: boolean
  publish(news: News): void
  /** Answers the function that ends it. */
  on(listener: (news: News) => void): () => void
}

/** One channel a kind of news. */
export const diagnostics = {
  published: newsChannel<EventPublished>('sosik:published'),
  publishRefused: newsChannel<PublishRefused>('sosik:publish-refused'),
  leasesLost: newsChannel<LeasesLost>('sosik:leases-lost'),
  handled: newsChannel<Handled>('sosik:handled'),
  skipped: newsChannel<Handled>('sosik:skipped'),
  retried: newsChannel<Failed>('sosik:retried'),
  paused: newsChannel<Failed>('sosik:paused'),
  breaker: newsChannel<BreakerNews>('sosik:breaker'),
  startsNoted: newsChannel<StartsNoted>('sosik:starts-noted'),
  deadLettered: newsChannel<Failed>('sosik:dead-lettered'),
  parked: newsChannel<Handled>('sosik:parked'),
  redriven: newsChannel<Redriven>('sosik:redriven'),
  trouble: newsChannel<Trouble>('sosik:trouble'),
}

function newsChannel<News>(name: string): NewsChannel<News> {
  const inner = channel(name)
  return {
    name,
    get isHeard() {
      return inner.hasSubscribers
    },
    publish: (news) => inner.publish(news),
    on(listener) {
      const heard = (message: unknown) => listener(message as News)
      inner.subscribe(heard)
      return () => inner.unsubscribe(heard)
    },
  }
}
