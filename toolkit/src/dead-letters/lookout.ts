// Looks out for what commands have asked for, and gives it to the lanes of its keys.
import { DEAD_LETTER_RETENTION_MS } from '../catalogue/topic.ts'
import type { Lanes } from '../consumer/lanes.ts'
import { persist } from '../consumer/persist.ts'
import { diagnostics } from '../diagnostics.ts'
import { StaleMemberError } from '../errors.ts'
import type { TopicPartition } from '../log/log.ts'
import { placeOf } from '../log/place.ts'
import { laneOf } from './dead-letter.ts'
import { ParkedKeys } from './parked-keys.ts'
import { redriveStep } from './redrive.ts'
import type { RedriveParts } from './step.ts'
import type { DeadLetterStore, RequestedLetter } from './store.ts'

const REQUESTS_PER_LOOK = 256
const PURGE_INTERVAL_MS = 3_600_000

export interface LookoutParts extends RedriveParts {
  readonly group: string
  readonly store: DeadLetterStore
  readonly newId: () => string
  /** Rejects with `StaleMemberError` when the partition is not this member's any more. */
  readonly prove: (lanes: Lanes) => Promise<void>
}

/** By place, the keys that wait; undefined when `signal` ended the waiting for the answer. */
export async function claimKeys(
  parts: LookoutParts,
  partitions: readonly TopicPartition[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ParkedKeys> | undefined> {
  const owner = parts.newId()
  const claim = () => parts.store.claim(parts.group, partitions, owner)
  const letters = await persist(parts, signal, claim)
  if (letters === undefined) return undefined
  const byPlace = Map.groupBy(letters, placeOf)
  const keysOf = (place: string) => new ParkedKeys(owner, byPlace.get(place) ?? [])
  return new Map(partitions.map(placeOf).map((place) => [place, keysOf(place)]))
}

/** A look for the partitions that are here now. */
export function lookout(parts: LookoutParts): (all: readonly Lanes[]) => Promise<void> {
  const { store, group, clock } = parts
  /** Dead letters that a lane is at work with; a look that began earlier knows less of them. */
  const atWork = new Map<string, Lanes>()
  let purgeDueAtMs = 0

  function enter(lanes: Lanes, keys: ParkedKeys, requested: RequestedLetter): void {
    const name = nameOf(requested)
    keys.add(requested)
    let letter = requested
    const isOpen = lanes.errand(laneOf(requested.key), async (signal) => {
      const next = await redriveStep(parts, { letter, keys, signal }).catch((error: unknown) => {
        // Asked for again at the next look.
        diagnostics.trouble.publish({ part: group, error: error as Error })
      })
      if (next !== undefined) letter = next
      else if (atWork.get(name) === lanes) atWork.delete(name)
      return next !== undefined
    })
    if (isOpen) atWork.set(name, lanes)
  }

  async function purge(nowMs: number): Promise<void> {
    if (nowMs < purgeDueAtMs) return
    const hasMore = await store.purge(nowMs - DEAD_LETTER_RETENTION_MS)
    purgeDueAtMs = hasMore ? nowMs : nowMs + PURGE_INTERVAL_MS
  }

  return async (all) => {
    if (all.length === 0) return
    const lanesOf = new Map(all.map((lanes) => [placeOf(lanes.partition), lanes]))
    const busy = new Map(atWork)
    const nowMs = clock.nowMs()
    const partitions = all.map((lanes) => lanes.partition)
    const requests = { group, partitions, nowMs, limit: REQUESTS_PER_LOOK }
    const stolen = new Set<Lanes>()
    for (const letter of await store.requested(requests)) {
      const lanes = lanesOf.get(placeOf(letter))
      const keys = lanes?.parkedKeys
      if (!lanes || !keys || busy.get(nameOf(letter)) === lanes) continue
      if (letter.owner === keys.owner) enter(lanes, keys, letter)
      else stolen.add(lanes)
    }
    for (const lanes of stolen) await takeBack(parts, lanes)
    await purge(nowMs)
  }
}

/** A late member has claimed it: it is taken back, but only by who is proved to have it. */
async function takeBack(parts: LookoutParts, lanes: Lanes): Promise<void> {
  const keys = lanes.parkedKeys
  if (keys === undefined) return
  try {
    await parts.prove(lanes)
    const letters = await parts.store.claim(parts.group, [lanes.partition], keys.owner)
    for (const letter of letters) keys.add(letter)
  } catch (error) {
    if (!(error instanceof StaleMemberError)) throw error
  }
}

const nameOf = (letter: RequestedLetter): string => `${placeOf(letter)}/${letter.offset}`
