// What surrounds a handler: where its effect is stored and where the events that follow go.
import type { NewEvent } from '../catalogue/event.ts'
import type { Delivery } from '../catalogue/group.ts'
import { type Clock, systemClock } from '../clock.ts'
import { type DomainEvent, traceAfter } from '../envelope/envelope.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Database, Transaction } from '../postgres/sql.ts'
import type { DomainEventProducer } from '../producer.ts'
import { keepAlone, keepTogether } from './group-commit.ts'

/** What effects are told beside what the handler is. */
export interface EffectDelivery extends Delivery {
  /** Whether the handler is called also for an event that the inbox knows. */
  readonly again?: boolean
}

/**
 * Calls the handler with its context; resolves when its effect is durable. `handle` may be called
 * again when a store broke its work off; once it rejects, nothing of it may be kept.
 */
export type Effects<Context> = (
  event: DomainEvent,
  handle: (context: Context) => Promise<readonly NewEvent[] | void>,
  delivery: EffectDelivery,
) => Promise<void>

export interface TransactionalEffectsOptions {
  readonly database: Database
  readonly outbox: Outbox
  /** The consumer group's name. */
  readonly group: string
  /**
   * Up to so many events of different keys share one transaction when they wait at the same time;
   * 1 unless given, and of use up to the group's `concurrencyMax`. For handlers that do little but
   * a few statements: when one of those together fails, each is called once more, alone.
   */
  readonly together?: number
  readonly clock?: Clock
}

/** The handler's effect, its inbox row and the events that follow: all or nothing, and once. */
export function transactionalEffects(
  options: TransactionalEffectsOptions,
): Effects<{ readonly tx: Transaction }> {
  const { together = 1, clock = systemClock } = options
  const keep = together > 1 ? keepTogether({ ...options, together, clock }) : keepAlone(options)
  return (event, handle, delivery) => keep({ event, handle, delivery })
}

/** For handlers without a database: what follows is published before an event is handled. */
export function publishingEffects(producer: DomainEventProducer): Effects<object> {
  return async (event, handle) => {
    const following = await handle({})
    if (following?.length) await producer.publishAll(following, traceAfter(event))
  }
}
