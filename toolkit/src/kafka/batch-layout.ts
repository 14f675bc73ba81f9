// Where the fields of a record batch (format 2, KIP-98) lie, in bytes from its first one.

export const BATCH = {
  baseOffset: 0,
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  checksum: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
  records: 61,
} as const

/** Base offset and length itself stand before the bytes that the length field counts. */
export const BATCH_LENGTH_PREFIX_BYTES = 12
export const MAGIC = 2

/** Bits of the attributes. */
export const COMPRESSION_MASK = 0b111
export const APPEND_TIME_FLAG = 1 << 3
export const CONTROL_FLAG = 1 << 5
