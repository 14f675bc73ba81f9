// The outbox's insert in the simulated database: a row is visible when its transaction commits.
import type { OutboxRow } from '../outbox/store.ts'
import type { MemorySession, Writes } from './database.ts'

const OUTBOX = 'outbox'

/** Values: topics, keys, event ids, event types, values, headers as JSON, lanes. */
export async function addToOutbox(
  session: MemorySession,
  values: readonly unknown[],
): Promise<readonly object[]> {
  const [topics, keys, ids, types, bodies, headers, lanes] = values as unknown[][]
  const sorted = [...new Set(lanes as number[])].sort((left, right) => left - right)
  // As the advisory locks: who writes a key waits for whoever writes it already.
  for (const lane of sorted) await session.lock(`outbox lane ${lane}`)
  for (const [at, lane] of (lanes as number[]).entries()) {
    const row: OutboxRow = {
      id: session.next(OUTBOX),
      lane,
      topic: String(topics?.[at]),
      key: keys?.[at] as Uint8Array,
      eventId: String(ids?.[at]),
      eventType: String(types?.[at]),
      value: bodies?.[at] as Uint8Array,
      headers: JSON.parse(String(headers?.[at])),
    }
    await session.put(OUTBOX, String(row.id), row)
  }
  return []
}

/** What a transaction that commits now has added. */
export function addedToOutbox(writes: Writes): OutboxRow[] {
  return [...(writes.get(OUTBOX)?.values() ?? [])] as OutboxRow[]
}
