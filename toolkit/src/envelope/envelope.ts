// An event with all that travels beside its data.
import type { AnyEvent, DataOf } from '../catalogue/event.ts'

/** Where a record lies. */
export interface Position {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
}

/** Who asked for an event and what caused it; all may be missing. */
export interface Trace {
  /** One id for everything that follows from one request. */
  readonly correlationId?: string
  /** The id of the event that this one follows from. */
  readonly causationId?: string
  /** W3C trace context. */
  readonly traceparent?: string
}

/** A domain event as a handler gets it. */
export interface DomainEvent<Event extends AnyEvent = AnyEvent> extends Trace {
  readonly type: Event['name']
  /** Stable over every retry, republish and redrive. */
  readonly id: string
  /** When it was put into the outbox or published, RFC 3339 in UTC. */
  readonly time: string
  readonly key: string
  readonly data: DataOf<Event>
  readonly position: Position
}

/** The trace of what follows from an event. */
export function traceAfter(event: DomainEvent): Trace {
  return {
    correlationId: event.correlationId ?? event.id,
    causationId: event.id,
    ...(event.traceparent !== undefined && { traceparent: event.traceparent }),
  }
}
