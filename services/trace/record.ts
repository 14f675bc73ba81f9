// Finds one record of a key in a topic, from an instant on.
import { type LogAdmin, type LogRecord, partitionOf } from 'sosik'

/** Where a record lies. */
export interface Place {
  readonly partition: number
  readonly offset: bigint
  readonly appendedAtMs: number
  /** Of the event, where its headers say it. */
  readonly eventId: string | undefined
}

export interface Sought {
  readonly topic: string
  readonly key: Uint8Array
  readonly fromMs: number
  readonly fits: (value: Uint8Array | null) => boolean
}

/** So many records of the partition are looked at; what is not among them is not found. */
const RECORDS_MAX = 20_000

export async function findRecord(admin: LogAdmin, sought: Sought): Promise<Place | undefined> {
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
    if (!fits(record.value)) continue
    const { offset, timestampMs: appendedAtMs } = record
    return { partition, offset, appendedAtMs, eventId: eventIdOf(record) }
  }
  return undefined
}

function eventIdOf({ headers }: LogRecord): string | undefined {
  const id = headers.find(([name]) => name === 'ce_id')?.[1]
  return id && new TextDecoder().decode(id)
}
