// What surrounds a handler: where its effect is stored and where the events that follow go.
import type { NewEvent } from '../catalogue/event.ts'
import type { Delivery } from '../catalogue/group.ts'
import type { DomainEvent } from '../envelope/envelope.ts'
import { inboxAdd } from '../outbox/inbox.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Database, Transaction } from '../postgres/sql.ts'
import type { DomainEventProducer } from '../producer.ts'

/**
 * Calls the handler with its context; resolves when its effect is durable. `handle` may be called
 * again when a store broke its work off; once it rejects, nothing of it may be kept.
 */
export type Effects<Context> = (
  event: DomainEvent,
  handle: (context: Context) => Promise<readonly NewEvent[] | void>,
  delivery: Delivery,
) => Promise<void>

/** The handler's effect, its inbox row and the events that follow: all or nothing, and once. */
export function transactionalEffects(options: {
  readonly database: Database
  readonly outbox: Outbox
  readonly group: string
}): Effects<{ readonly tx: Transaction }> {
  return (event, handle) =>
    options.database.transaction(async (tx) => {
      if (!(await inboxAdd(tx, options.group, event))) return
      const following = await handle({ tx })
      if (following?.length) await options.outbox.add(tx, following, traceAfter(event))
    })
}

/** For handlers without a database: what follows is published before an event is handled. */
export function publishingEffects(producer: DomainEventProducer): Effects<object> {
  return async (event, handle) => {
    const following = await handle({})
    if (following?.length) await producer.publishAll(following, traceAfter(event))
  }
}

function traceAfter(event: DomainEvent) {
  return {
    correlationId: event.correlationId ?? event.id,
    causationId: event.id,
    ...(event.traceparent !== undefined && { traceparent: event.traceparent }),
  }
}
