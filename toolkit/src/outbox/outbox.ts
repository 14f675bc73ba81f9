// Events are stored in the transaction of what caused them; the relay publishes them afterwards.
import { uuidv7 } from 'uuidv7'
import type { NewEvent } from '../catalogue/event.ts'
import { type Clock, systemClock } from '../clock.ts'
import { encode } from '../envelope/encode.ts'
import type { Trace } from '../envelope/envelope.ts'
import { textOf } from '../envelope/text.ts'
import type { NewRecord } from '../log/log.ts'
import { gatherUntilCommit } from '../postgres/gather.ts'
import type { Transaction } from '../postgres/sql.ts'
import { laneOf } from './lanes.ts'

export interface OutboxOptions {
  readonly clock?: Clock
  readonly newId?: () => string
}

/** An event and where it comes from. */
export interface TracedEvent {
  readonly event: NewEvent
  readonly trace: Trace
}

export interface Outbox {
  /**
   * Stores the events with the last statements of the transaction; they exist when it commits.
   * Writers of one key wait for each other from then to the commit, so a key's rows are committed
   * in the order of their ids. Rejects at once when an event does not fit its schema.
   */
  add(tx: Transaction, events: readonly NewEvent[], trace?: Trace): Promise<void>
  /** The same for events that have not all the same cause. */
  addTraced(tx: Transaction, traced: readonly TracedEvent[]): Promise<void>
  /** Calls after each commit that stored something; answers the function that ends it. */
  onCommit(listener: () => void): () => void
}

/** Keeps our advisory locks apart from an application's own: the first of the two numbers. */
const LOCK_SPACE = 0x736f

// The insert reads `locked`, so every id is drawn while the locks of all its keys are held. The
// locks are taken in sorted order: two transactions with the same keys cannot deadlock.
/** Values: topics, keys, event ids, event types, values, headers, lanes. */
export const OUTBOX_ADD = `
  with locked as materialized (
    select pg_advisory_xact_lock(${LOCK_SPACE}, lane)
    from (select distinct unnest($7::int[]) as lane order by 1) as lanes)
  insert into outbox (topic, key, event_id, event_type, value, headers, lane)
  select topic, key, event_id, event_type, value, headers, lane
  from unnest($1::text[], $2::bytea[], $3::text[], $4::text[], $5::bytea[], $6::jsonb[], $7::int[])
    with ordinality as row (topic, key, event_id, event_type, value, headers, lane, at),
    (select count(*) from locked) as held
  order by at`

export function createOutbox(options: OutboxOptions = {}): Outbox {
  const { clock = systemClock, newId = uuidv7 } = options
  const listeners = new Set<() => void>()

  const gather = gatherUntilCommit(async (tx, rows: readonly Row[]) => {
    await tx.query(OUTBOX_ADD, [
      rows.map(({ record }) => record.topic),
      rows.map(({ record }) => record.key),
      rows.map(({ id }) => id),
      rows.map(({ type }) => type),
      rows.map(({ record }) => record.value),
      rows.map(({ record }) => headersJson(record)),
      rows.map(({ record: { topic, key } }) => laneOf(topic, key)),
    ])
    tx.afterCommit(() => {
      for (const listener of listeners) listener()
    })
  })

  async function addTraced(tx: Transaction, traced: readonly TracedEvent[]): Promise<void> {
    const time = new Date(clock.nowMs()).toISOString()
    const rows = traced.map(({ event, trace }): Row => {
      const id = newId()
      return { id, type: event.definition.name, record: encode(event, { ...trace, id, time }) }
    })
    gather(tx, rows)
  }

  return {
    addTraced,
    add: (tx, events, trace = {}) =>
      addTraced(
        tx,
        events.map((event) => ({ event, trace })),
      ),
    onCommit(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

interface Row {
  readonly id: string
  readonly type: string
  readonly record: NewRecord
}

/** Our own headers are text, so a row stays readable for a person. */
function headersJson(record: NewRecord): string {
  return JSON.stringify(record.headers.map(([name, value]) => [name, textOf(value)]))
}
