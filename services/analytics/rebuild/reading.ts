// Reads what the log holds from its beginning, in no group, and again what was added meanwhile.
import { analyticsGroup } from '@sosik/contract/analytics'
import type { DomainEvent, LogAdmin } from 'sosik'
import { eventOf } from '../../events.ts'
import { HOUR_MS } from '../analytics.ts'

const TOPICS = analyticsGroup.topics.map(({ name }) => name)
const BATCH_EVENTS = 500
/** Events that the group has not handled; more of them, and it is too far behind to compare. */
const PENDING_EVENTS_MAX = 10_000
/** How much a clock may be ahead of the one that wrote the record's time. */
const SKEW_MS = 300_000

/** What a person can mend, or try again later. */
export class RebuildFailure extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'RebuildFailure'
  }
}

interface Place {
  readonly topic: string
  readonly partition: number
  readonly next: bigint
}

/** How far it has come; a value, so that a step that is repeated begins where it began. */
export interface Reading {
  readonly places: readonly Place[]
  /** Read, but not handled by the group so far. */
  readonly pending: readonly DomainEvent[]
  readonly records: number
  readonly counted: number
  /** In ms, from when on the log holds all of a topic; none where it does from the beginning. */
  readonly wholeFromMs: ReadonlyMap<string, number>
}

export interface Folded {
  readonly counted: number
  /** Those of the batch that the group has not handled. */
  readonly pending: readonly DomainEvent[]
}

/** Counts a batch, of which the events are in the order of their partitions. */
export type Fold = (
  batch: readonly DomainEvent[],
  progress: Pick<Reading, 'records' | 'counted'>,
) => Promise<Folded>

export async function beginReading(admin: LogAdmin): Promise<Reading> {
  const starts = await Promise.all(TOPICS.map((topic) => admin.offsets(topic, 'earliest')))
  const places = starts.flat().map(({ topic, partition, offset: next }) => {
    return { topic, partition, next }
  })
  return { places, pending: [], records: 0, counted: 0, wholeFromMs: new Map() }
}

/** Reads to where the log ends now. */
export async function readOn(admin: LogAdmin, before: Reading, fold: Fold): Promise<Reading> {
  const ends = await endsOf(admin)
  const wholeFromMs = new Map(before.wholeFromMs)
  const places: Place[] = []
  const pending: DomainEvent[] = []
  let { records, counted } = before
  let batch = [...before.pending]

  async function foldBatch(): Promise<void> {
    const folded = await fold(batch, { records, counted })
    batch = []
    counted += folded.counted
    pending.push(...folded.pending)
    if (pending.length > PENDING_EVENTS_MAX) {
      throw new RebuildFailure(`${analyticsGroup.name} is too far behind; try again later.`)
    }
  }

  for (const place of before.places) {
    const { topic, partition } = place
    const end = ends.get(`${topic}/${partition}`) ?? place.next
    let isFirst = before.records === 0 && place.next > 0n
    let next = place.next
    for await (const record of admin.read(place, place.next, end)) {
      if (isFirst) keepLater(wholeFromMs, topic, record.timestampMs)
      isFirst = false
      records += 1
      next = record.offset + 1n
      const event = eventOf(record)
      if (event !== undefined) batch.push(event)
      if (batch.length >= BATCH_EVENTS) await foldBatch()
    }
    // Nothing is left of what was there: not even when it was is known.
    if (isFirst) keepLater(wholeFromMs, topic, Number.POSITIVE_INFINITY)
    places.push({ topic, partition, next })
  }
  await foldBatch()
  return { places, pending, records, counted, wholeFromMs }
}

/** The first hour from which on the log holds all that happened. */
export const wholeHourMs = (wholeFromMs: number): number =>
  Math.ceil((wholeFromMs + SKEW_MS) / HOUR_MS) * HOUR_MS

async function endsOf(admin: LogAdmin): Promise<Map<string, bigint>> {
  const ends = await Promise.all(TOPICS.map((topic) => admin.offsets(topic, 'latest')))
  return new Map(ends.flat().map((one) => [`${one.topic}/${one.partition}`, one.offset]))
}

function keepLater(times: Map<string, number>, topic: string, timeMs: number): void {
  times.set(topic, Math.max(times.get(topic) ?? 0, timeMs))
}
