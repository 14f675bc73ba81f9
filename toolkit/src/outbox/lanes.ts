// Which events stay in order among themselves: those of one key of one topic, by a number.
import { murmur2 } from '../log/partition.ts'

/** How many parts the lanes fall into; a part has one relay at a time. */
export const BUCKETS = 64

/** The number of a key's lane, as a signed int4. Two keys that share one only wait for another. */
export function laneOf(topic: string, key: Uint8Array | null): number {
  return murmur2(Buffer.concat([Buffer.from(`${topic}/`), key ?? new Uint8Array()])) | 0
}

/** As `lane & 63` in SQL. */
export const bucketOf = (lane: number): number => lane & (BUCKETS - 1)
