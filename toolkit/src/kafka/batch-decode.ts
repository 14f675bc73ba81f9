// The bytes of fetched record batches to records, in portions of a bounded size.
import { compressionsAlgorithmsByBitmask, UnsupportedCompressionError } from '@platformatic/kafka'
import type { Header, LogRecord, TopicPartition } from '../log/log.ts'
import {
  APPEND_TIME_FLAG,
  BATCH,
  BATCH_LENGTH_PREFIX_BYTES,
  COMPRESSION_MASK,
  CONTROL_FLAG,
} from './batch-layout.ts'

const EMPTY = new Uint8Array(0)
/** What a date can be. A record can say any 64 bits, and nobody who reads it may end in a throw. */
const TIME_MS_MAX = 8_640_000_000_000_000

/**
 * The records from offset `from` on, in portions of at most `bytesMax` (one larger record comes
 * alone); a batch is decompressed when its first record is asked for. Returns the offset after the
 * last whole batch. The records' bytes are views into `fetched` or a decompressed batch.
 */
export function* decodeBatches(
  place: TopicPartition,
  fetched: Buffer,
  from: bigint,
  bytesMax: number,
): Generator<LogRecord[], bigint, void> {
  let next = from
  let portion: LogRecord[] = []
  let bytesLeft = bytesMax
  for (const batch of wholeBatches(fetched)) {
    const end = offsetAfter(batch)
    if (end <= from) continue
    next = end
    if (batch.readInt16BE(BATCH.attributes) & CONTROL_FLAG) continue
    const reader = new RecordReader(place, batch, from)
    while (reader.left > 0) {
      bytesLeft = reader.readInto(portion, bytesLeft)
      if (reader.left === 0) break
      yield portion
      portion = []
      bytesLeft = bytesMax
    }
  }
  if (portion.length > 0) yield portion
  return next
}

/** A broker may cut the last batch short: what is not whole is left out. */
function* wholeBatches(fetched: Buffer): Generator<Buffer, void, void> {
  let at = 0
  while (at + BATCH.records <= fetched.length) {
    const end = at + BATCH_LENGTH_PREFIX_BYTES + fetched.readInt32BE(at + BATCH.length)
    if (end > fetched.length) return
    yield fetched.subarray(at, end)
    at = end
  }
}

function offsetAfter(batch: Buffer): bigint {
  const last = BigInt(batch.readInt32BE(BATCH.lastOffsetDelta))
  return batch.readBigInt64BE(BATCH.baseOffset) + last + 1n
}

/** Reads one batch's records one after the other. */
class RecordReader {
  /** How many records were not read yet. */
  left: number
  readonly #place: TopicPartition
  readonly #from: bigint
  readonly #baseOffset: bigint
  readonly #baseMs: number
  readonly #appendMs: number | null
  readonly #bytes: Buffer
  readonly #names: HeaderName[] = []
  #at = 0

  constructor(place: TopicPartition, batch: Buffer, from: bigint) {
    const attributes = batch.readInt16BE(BATCH.attributes)
    this.#place = place
    this.#from = from
    this.#baseOffset = batch.readBigInt64BE(BATCH.baseOffset)
    this.#baseMs = Number(batch.readBigInt64BE(BATCH.baseTimestamp))
    const maxMs = Number(batch.readBigInt64BE(BATCH.maxTimestamp))
    this.#appendMs = attributes & APPEND_TIME_FLAG ? maxMs : null
    this.left = batch.readInt32BE(BATCH.recordCount)
    this.#bytes = decompressed(batch.subarray(BATCH.records), attributes & COMPRESSION_MASK)
  }

  /** Adds records until the next one takes more than `bytesLeft`; returns what is left of it. */
  readInto(portion: LogRecord[], bytesLeft: number): number {
    const { topic, partition } = this.#place
    let rest = bytesLeft
    while (this.left > 0) {
      const start = this.#at
      const length = this.#varint()
      if (length > rest && portion.length > 0) {
        this.#at = start
        return rest
      }
      const end = this.#at + length
      this.#at += 1 // attributes: none are defined
      const deltaMs = this.#varint()
      const offset = this.#baseOffset + BigInt(this.#varint())
      if (offset >= this.#from) {
        const writtenMs = this.#appendMs ?? this.#baseMs + deltaMs
        const timestampMs = Math.max(-TIME_MS_MAX, Math.min(TIME_MS_MAX, writtenMs))
        const key = this.#field()
        const value = this.#field()
        const fields = { topic, partition, offset, timestampMs, key, value }
        portion.push(new FetchedRecord(fields, this, this.#at))
        rest -= length
      }
      this.#at = end
      this.left -= 1
    }
    return rest
  }

  /** Reads the headers that begin there, and stands where it stood before. */
  headersAt(place: number): readonly Header[] {
    const before = this.#at
    this.#at = place
    const count = this.#varint()
    const headers: Header[] = []
    for (let at = 0; at < count; at += 1) headers.push([this.#name(at), this.#field() ?? EMPTY])
    this.#at = before
    return headers
  }

  /** Most records have the same headers in the same order: a name is compared before it is read. */
  #name(slot: number): string {
    const length = this.#varint()
    const start = this.#at
    this.#at += length
    const known = this.#names[slot]
    if (known !== undefined && standsAt(this.#bytes, start, length, known.bytes)) return known.text
    const bytes = this.#bytes.subarray(start, start + length)
    const text = bytes.toString()
    this.#names[slot] = { text, bytes }
    return text
  }

  #field(): Buffer | null {
    const length = this.#varint()
    if (length < 0) return null
    const start = this.#at
    this.#at += length
    return this.#bytes.subarray(start, this.#at)
  }

  #varint(): number {
    const bytes = this.#bytes
    let byte = bytes[this.#at++] ?? 0
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1)
    let value = byte & 0x7f
    let scale = 0x80
    do {
      byte = bytes[this.#at++] ?? 0
      value += (byte & 0x7f) * scale
      scale *= 0x80
    } while (byte >= 0x80)
    return value % 2 === 0 ? value / 2 : (value + 1) / -2
  }
}

/**
 * A record whose headers are read when they are asked for: most of what a fetch brings waits, and
 * thousands of small views that wait cost the garbage collector more than reading them.
 */
class FetchedRecord implements LogRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly timestampMs: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly #reader: RecordReader
  readonly #headersPlace: number

  constructor(fields: Omit<LogRecord, 'headers'>, reader: RecordReader, headersPlace: number) {
    this.topic = fields.topic
    this.partition = fields.partition
    this.offset = fields.offset
    this.timestampMs = fields.timestampMs
    this.key = fields.key
    this.value = fields.value
    this.#reader = reader
    this.#headersPlace = headersPlace
  }

  get headers(): readonly Header[] {
    return this.#reader.headersAt(this.#headersPlace)
  }
}

interface HeaderName {
  readonly text: string
  readonly bytes: Uint8Array
}

function standsAt(bytes: Buffer, start: number, length: number, sought: Uint8Array): boolean {
  if (sought.length !== length) return false
  for (let at = 0; at < length; at += 1) if (bytes[start + at] !== sought[at]) return false
  return true
}

function decompressed(bytes: Buffer, bitmask: number): Buffer {
  if (bitmask === 0) return bytes
  const algorithm = compressionsAlgorithmsByBitmask[bitmask]
  if (!algorithm) throw new UnsupportedCompressionError(`Compression ${bitmask} is not known.`)
  return algorithm.decompressSync(bytes)
}
