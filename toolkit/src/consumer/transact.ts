// What one transaction of effects holds: inbox rows, the handlers' work, the events that follow.
import type { NewEvent } from '../catalogue/event.ts'
import { type DomainEvent, traceAfter } from '../envelope/envelope.ts'
import { PayloadConflictError } from '../errors.ts'
import { inboxAdd } from '../outbox/inbox.ts'
import type { Outbox, TracedEvent } from '../outbox/outbox.ts'
import type { Transaction } from '../postgres/sql.ts'
import { runPart } from '../postgres/work.ts'
import type { EffectDelivery } from './effects.ts'

/** An event, the call of its handler, and what the handler is told of this attempt. */
export interface Work {
  readonly event: DomainEvent
  readonly handle: (context: { readonly tx: Transaction }) => Promise<readonly NewEvent[] | void>
  readonly delivery: EffectDelivery
}

export interface Keeping {
  readonly outbox: Outbox
  /** The consumer group's name. */
  readonly group: string
}

/** What became of one work: an id that came again with other data is refused by itself. */
export type Kept = { readonly ok: true } | { readonly ok: false; readonly error: Error }

/**
 * Handles the events that the group has not handled yet, one after the other, and then what they
 * left for before the commit. Rejects when one of them fails; then the transaction must not commit.
 * `isOver` ends it between two of them.
 */
export function handleIn(
  whole: Transaction,
  keeping: Keeping,
  works: readonly Work[],
  isOver: () => boolean = () => false,
): Promise<Kept[]> {
  return runPart(whole, (tx) => handleEach(tx, keeping, works, isOver))
}

async function handleEach(
  tx: Transaction,
  { outbox, group }: Keeping,
  works: readonly Work[],
  isOver: () => boolean,
): Promise<Kept[]> {
  const events = works.map(({ event }) => event)
  const answers = await inboxAdd(tx, group, events)
  const following: TracedEvent[] = []
  for (const [at, { event, handle, delivery }] of works.entries()) {
    if (answers[at] === 'conflict' || (answers[at] === 'seen' && !delivery.again)) continue
    delivery.signal.throwIfAborted()
    const caused = (await handle({ tx })) ?? []
    if (isOver()) break
    following.push(...caused.map((one) => ({ event: one, trace: traceAfter(event) })))
  }
  if (following.length > 0) await outbox.addTraced(tx, following)
  return events.map((event, at) =>
    answers[at] === 'conflict'
      ? { ok: false, error: new PayloadConflictError(`Event ${event.id}, group ${group}.`) }
      : { ok: true },
  )
}
