// Finds one event of a key in a topic, from an instant on.
import { type DomainEvent, type LogAdmin, partitionOf } from 'sosik'
import { eventOf } from '../events.ts'

/** Where an event lies. */
export interface Place {
  readonly partition: number
  readonly offset: bigint
  readonly appendedAtMs: number
  readonly eventId: string
}

export interface Sought {
  readonly topic: string
  readonly key: Uint8Array
  readonly fromMs: number
  readonly fits: (event: DomainEvent) => boolean
}

/** So many records of the partition are looked at; what is not among them is not found. */
const RECORDS_MAX = 20_000

export async function findEvent(admin: LogAdmin, sought: Sought): Promise<Place | undefined> {
  const { topic, key, fromMs, fits } = sought
  const [starts, ends] = await Promise.all([
    admin.offsets(topic, { timestampMs: fromMs }),
    admin.offsets(topic, 'latest'),
  ])
  const partition = partitionOf(key, ends.length)
  const offsetIn = (all: typeof ends) => all.find((one) => one.partition === partition)?.offset
  const from = offsetIn(starts) ?? 0n
  const end = offsetIn(ends) ?? 0n
  const last = from + BigInt(RECORDS_MAX)
  for await (const record of admin.read({ topic, partition }, from, end < last ? end : last)) {
    const event = eventOf(record)
    if (event === undefined || !fits(event)) continue
    const { offset, timestampMs: appendedAtMs } = record
    return { partition, offset, appendedAtMs, eventId: event.id }
  }
  return undefined
}
