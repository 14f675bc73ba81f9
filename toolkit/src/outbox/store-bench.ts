// What the suites of an outbox store work on.
import assert from 'node:assert/strict'
import type { HeldKey } from './command-store.ts'
import type { Lease, OutboxStore } from './store.ts'

export interface StoreBench {
  readonly store: OutboxStore
  /** Commits an unsent row of the key in the lane; answers its id. The topic is `orders`. */
  add(lane: number, key: string, topic?: string): Promise<number>
  /** Lets so much time pass for leases and holds. */
  pass(byMs: number): Promise<void>
  nowMs(): number
  empty(): Promise<void>
  close(): Promise<void>
}

export const ALL = { rowsMax: 10, bytesMax: 1_000_000, busy: [] }
export const DELAY_MS = 60_000

export const refusalOf = (rowId: number) => ({
  rowId,
  errorCode: 'SOSIK_RECORD_TOO_LARGE',
  error: 'too large\0',
})

export async function unsentIds(store: OutboxStore, leases: readonly Lease[], query = {}) {
  return (await store.unsent({ leases, ...ALL, ...query })).map(({ id }) => id)
}

export async function onlyHeld(store: OutboxStore): Promise<HeldKey> {
  const [one, ...others] = await store.held({}, 10)
  assert.ok(one)
  assert.deepEqual(others, [])
  return one
}
