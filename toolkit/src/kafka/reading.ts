// One partition that is read: where reading stands, and what was fetched but not delivered yet.
import type { LogRecord, TopicPartition } from '../log/log.ts'

export interface Reading {
  readonly place: TopicPartition
  readonly topicId: string
  readonly partition: number
  /** The offset after the last delivered record. */
  next: bigint
  portions: Iterator<LogRecord[], bigint, void> | null
  started: boolean
  paused: boolean
  /** A fetch is under way, or the partition rests after a failure. */
  busy: boolean
  /** Counts seeks: the answer to a fetch from before one is of no use. */
  seeks: number
  /** In a row, until a fetch succeeds. */
  failures: number
}

export function startReading(place: TopicPartition, topicId: string, next: bigint): Reading {
  return {
    place: { topic: place.topic, partition: place.partition },
    topicId,
    partition: place.partition,
    next,
    portions: null,
    started: false,
    paused: false,
    busy: false,
    seeks: 0,
    failures: 0,
  }
}

/** Hands portions over until none is left, the partition is paused, or `goOn` answers false. */
export function deliver(reading: Reading, goOn: (records: LogRecord[]) => boolean): void {
  while (reading.portions !== null && !reading.paused) {
    const { portions } = reading
    const step = portions.next()
    if (step.done) {
      reading.next = step.value
      reading.portions = null
      return
    }
    const last = step.value.at(-1)
    if (last) reading.next = last.offset + 1n
    if (!goOn(step.value)) return
  }
}
