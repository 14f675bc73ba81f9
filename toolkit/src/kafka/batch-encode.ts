// Records to the bytes of a record batch: one pass over them, compressed by snappy.
import { compressionsAlgorithms, crc32c } from '@platformatic/kafka'
import type { NewRecord } from '../log/log.ts'
import { BATCH, BATCH_LENGTH_PREFIX_BYTES, MAGIC } from './batch-layout.ts'

/** Who wrote a batch, and the number of its first record: brokers drop what comes a second time. */
export interface ProducerStamp {
  readonly producerId: bigint
  readonly epoch: number
  readonly sequence: number
}

const SCRATCH_BYTES = 1 << 21
const VARINT_BYTES_MAX = 10
const HEADER_NAMES_MAX = 1000
const NULL_LENGTH = 1

const headerNames = new Map<string, Uint8Array>()

/** Bytes of key, value and headers: what `RECORD_BYTES_MAX` bounds. */
export function recordBytes({ key, value, headers }: NewRecord): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0)
  for (const [name, data] of headers) bytes += headerName(name).length + data.length
  return bytes
}

/** Collects one batch at a time: `start`, `add` until it refuses, `finish`. */
export class BatchEncoder {
  #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES)
  #bytes = 0
  #count = 0
  #bytesMax = 0
  #nowMs = 0
  #baseMs = 0
  #maxMs = 0

  /** How many records the batch has so far. */
  get count(): number {
    return this.#count
  }

  /** How many bytes they take before compression. */
  get bytes(): number {
    return this.#bytes
  }

  /** `nowMs` is the time of the records that have none. */
  start(bytesMax: number, nowMs: number): void {
    this.#bytes = 0
    this.#count = 0
    this.#bytesMax = bytesMax
    this.#nowMs = nowMs
  }

  /** False when the batch is full without the record; the first one always has room. */
  add(record: NewRecord): boolean {
    const timestampMs = record.timestampMs ?? this.#nowMs
    if (this.#count === 0) this.#maxMs = this.#baseMs = timestampMs
    const deltaMs = zigzag(timestampMs - this.#baseMs)
    const length = bodyBytes(record, deltaMs, this.#count)
    const end = this.#bytes + VARINT_BYTES_MAX + length
    if (end > this.#bytesMax && this.#count > 0) return false
    if (end > this.#scratch.length) this.#grow(end)
    this.#write(record, length, deltaMs)
    this.#count += 1
    if (timestampMs > this.#maxMs) this.#maxMs = timestampMs
    return true
  }

  /** The batch, still without its producer and checksum: `stampBatch` sets them. */
  finish(): Buffer {
    const plain = this.#scratch.subarray(0, this.#bytes)
    const { compressSync, bitmask } = compressionsAlgorithms.snappy
    const packed = compressSync(plain)
    const body = packed.length < plain.length ? packed : plain
    const batch = Buffer.allocUnsafe(BATCH.records + body.length)
    batch.writeBigInt64BE(0n, BATCH.baseOffset)
    batch.writeInt32BE(batch.length - BATCH_LENGTH_PREFIX_BYTES, BATCH.length)
    batch.writeInt32BE(-1, BATCH.leaderEpoch)
    batch.writeInt8(MAGIC, BATCH.magic)
    batch.writeInt16BE(body === packed ? bitmask : 0, BATCH.attributes)
    batch.writeInt32BE(this.#count - 1, BATCH.lastOffsetDelta)
    batch.writeBigInt64BE(BigInt(this.#baseMs), BATCH.baseTimestamp)
    batch.writeBigInt64BE(BigInt(this.#maxMs), BATCH.maxTimestamp)
    batch.writeInt32BE(this.#count, BATCH.recordCount)
    batch.set(body, BATCH.records)
    return batch
  }

  #write({ key, value, headers }: NewRecord, length: number, deltaMs: number): void {
    const to = this.#scratch
    let at = writeVarint(to, length * 2, this.#bytes)
    to[at++] = 0 // attributes: none are defined
    at = writeVarint(to, deltaMs, at)
    at = writeVarint(to, this.#count * 2, at)
    at = writeBytes(to, key, at)
    at = writeBytes(to, value, at)
    at = writeVarint(to, headers.length * 2, at)
    for (const [name, data] of headers) {
      at = writeBytes(to, headerName(name), at)
      at = writeBytes(to, data, at)
    }
    this.#bytes = at
  }

  #grow(bytes: number): void {
    const grown = Buffer.allocUnsafeSlow(bytes)
    this.#scratch.copy(grown, 0, 0, this.#bytes)
    this.#scratch = grown
  }
}

/** Says who wrote the batch, and sets the checksum over it. */
export function stampBatch(batch: Buffer, { producerId, epoch, sequence }: ProducerStamp): void {
  batch.writeBigInt64BE(producerId, BATCH.producerId)
  batch.writeInt16BE(epoch, BATCH.producerEpoch)
  batch.writeInt32BE(sequence, BATCH.baseSequence)
  batch.writeUInt32BE(crc32c(batch.subarray(BATCH.attributes)), BATCH.checksum)
}

function bodyBytes({ key, value, headers }: NewRecord, deltaMs: number, delta: number): number {
  let bytes = 1 + varintBytes(deltaMs) + varintBytes(delta * 2)
  bytes += fieldBytes(key) + fieldBytes(value) + varintBytes(headers.length * 2)
  for (const [name, data] of headers) bytes += fieldBytes(headerName(name)) + fieldBytes(data)
  return bytes
}

function headerName(name: string): Uint8Array {
  let bytes = headerNames.get(name)
  if (bytes === undefined) {
    bytes = Buffer.from(name)
    if (headerNames.size < HEADER_NAMES_MAX) headerNames.set(name, bytes)
  }
  return bytes
}

function fieldBytes(field: Uint8Array | null): number {
  return field === null ? NULL_LENGTH : varintBytes(field.length * 2) + field.length
}

function writeBytes(to: Buffer, field: Uint8Array | null, at: number): number {
  if (field === null) return writeVarint(to, NULL_LENGTH, at)
  const start = writeVarint(to, field.length * 2, at)
  to.set(field, start)
  return start + field.length
}

// Signed numbers are written as 0, -1, 1, -2, … and so small ones stay short. Plain arithmetic
// instead of bit operations: the distance of two times needs more than 32 bits.
function zigzag(value: number): number {
  return value >= 0 ? value * 2 : value * -2 - 1
}

function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes += 1
  return bytes
}

function writeVarint(to: Buffer, value: number, start: number): number {
  let at = start
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) to[at++] = (rest % 0x80) | 0x80
  to[at++] = rest
  return at
}
