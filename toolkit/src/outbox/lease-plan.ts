// Who has which buckets: what a relay keeps, gives up and takes, decided from what all can see.
import { BUCKETS } from './lanes.ts'

export interface BucketState {
  readonly bucket: number
  readonly owner: string | null
  /** Its owner has not renewed it in time. */
  readonly isExpired: boolean
}

export interface LeaseView {
  readonly owner: string
  /** The other relays that live. */
  readonly others: readonly string[]
  readonly buckets: readonly BucketState[]
  /** Buckets of which something is on its way: they cannot be given up yet. */
  readonly busy: ReadonlySet<number>
}

export interface LeasePlan {
  readonly keep: readonly number[]
  readonly give: readonly number[]
  readonly take: readonly number[]
  /** Kept only until nothing of them is on its way. */
  readonly leaving: readonly number[]
  /** How many the relay should have. */
  readonly share: number
}

export function planLeases({ owner, others, buckets, busy }: LeaseView): LeasePlan {
  const share = shareOf(owner, others)
  const own = buckets.filter((one) => one.owner === owner).map((one) => one.bucket)
  const surplus = Math.max(0, own.length - share)
  const isBusy = (bucket: number) => busy.has(bucket)
  const give = last(
    surplus,
    own.filter((bucket) => !isBusy(bucket)),
  )
  const leaving = last(surplus - give.length, own.filter(isBusy))
  const free = buckets.filter((one) => one.owner === null || one.isExpired)
  const take = free
    .filter((one) => one.owner !== owner)
    .map((one) => one.bucket)
    .slice(0, Math.max(0, share - own.length))
  return { keep: own.filter((bucket) => !give.includes(bucket)), give, take, leaving, share }
}

/** Even to a bucket: the first relays by name have the one more that is left over. */
function shareOf(owner: string, others: readonly string[]): number {
  const relays = others.length + 1
  const rank = others.filter((other) => other < owner).length
  return Math.floor(BUCKETS / relays) + (rank < BUCKETS % relays ? 1 : 0)
}

const last = (count: number, buckets: readonly number[]): readonly number[] =>
  count > 0 ? buckets.slice(-count) : []
