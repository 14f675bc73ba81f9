// What an outbox in memory is made of, and what its calls ask of it.
import type { Clock } from '../clock.ts'
import { bucketOf } from './lanes.ts'
import { planLeases } from './lease-plan.ts'
import type { KeyPlace, OutboxAction } from './command-store.ts'
import { type Failure, type Lease, LEASE_MS, type OutboxRow, type UnsentQuery } from './store.ts'

export interface StoredRow {
  readonly row: OutboxRow
  readonly createdAtMs: number
  sentAtMs: number | null
  isDiscarded: boolean
}

export interface Hold {
  readonly row: OutboxRow
  readonly heldAtMs: number
  attempts: number
  errorCode: string
  error: string
  refusedAtMs: number
  /** Null when the key is parked. */
  untilMs: number | null
}

export interface BucketLease {
  readonly bucket: number
  owner: string | null
  untilMs: number
  fence: number
}

export interface State {
  readonly clock: Clock
  readonly rows: Map<number, StoredRow>
  readonly unsent: Map<number, StoredRow>
  readonly holds: Map<string, Hold>
  /** Until when each relay is taken to live. */
  readonly relays: Map<string, number>
  /** What each relay heard last while the log was away. */
  readonly failures: Map<string, Failure & { readonly atMs: number }>
  readonly actions: Map<string, OutboxAction>
  readonly buckets: readonly BucketLease[]
}

export function lease({ clock, relays, buckets }: State, owner: string, busy: ReadonlySet<number>) {
  const nowMs = clock.nowMs()
  const untilMs = nowMs + LEASE_MS
  relays.set(owner, untilMs)
  const others = [...relays].filter(([other, until]) => other !== owner && until > nowMs)
  const plan = planLeases({
    owner,
    others: others.map(([other]) => other),
    buckets: buckets.map(({ bucket, owner: now, untilMs: until }) => {
      return { bucket, owner: now, isExpired: until < nowMs }
    }),
    busy,
  })
  for (const bucket of plan.give) Object.assign(buckets[bucket] ?? {}, { owner: null })
  const mine = new Set([...plan.keep, ...plan.take])
  const leases: Lease[] = []
  for (const one of buckets) {
    if (!mine.has(one.bucket)) continue
    if (one.owner !== owner) one.fence += 1
    one.owner = owner
    one.untilMs = untilMs
    leases.push({ bucket: one.bucket, fence: one.fence })
  }
  return {
    leases,
    given: plan.give,
    leaving: plan.leaving,
    isFair: leases.length === plan.share,
  }
}

/** Whether a lane's lease is still as given. */
export function heldBy({ buckets }: State, leases: readonly Lease[]): (lane: number) => boolean {
  const valid = leases.filter(({ bucket, fence }) => buckets[bucket]?.fence === fence)
  const set = new Set(valid.map(({ bucket }) => bucket))
  return (lane) => set.has(bucketOf(lane))
}

export function holdsIn(state: State, leases: readonly Lease[]): Hold[] {
  const isHeld = heldBy(state, leases)
  return [...state.holds.values()].filter(({ row }) => isHeld(row.lane))
}

export function inOrder<Has extends { readonly row: OutboxRow }>(all: Iterable<Has>): Has[] {
  return [...all].sort((one, other) => one.row.id - other.row.id)
}

export function within(query: UnsentQuery, rows: readonly OutboxRow[]): OutboxRow[] {
  let bytes = 0
  return rows
    .filter(({ lane }) => !query.busy.includes(lane))
    .slice(0, query.rowsMax)
    .filter(({ value }, at) => {
      bytes += value.length
      return at === 0 || bytes <= query.bytesMax
    })
}

export function markSent({ clock, unsent }: State, id: number): void {
  const stored = unsent.get(id)
  if (stored) stored.sentAtMs = clock.nowMs()
  unsent.delete(id)
}

export const nameOf = ({ topic, key }: KeyPlace): string =>
  `${topic}/${Buffer.from(key).toString('latin1')}`
