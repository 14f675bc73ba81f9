// Which partition a key lands on: murmur2 as the Java client and aiokafka compute it.

const SEED = 0x9747b28c
const MULTIPLIER = 0x5bd1e995
const ROTATION = 24

/** Kafka's murmur2 of a key, as an unsigned 32-bit number before the positive mask. */
export function murmur2(data: Uint8Array): number {
  const length = data.length
  let hash = SEED ^ length
  const view = new DataView(data.buffer, data.byteOffset, length)
  const tail = length & ~3
  for (let at = 0; at < tail; at += 4) {
    let block = Math.imul(view.getInt32(at, true), MULTIPLIER)
    block = Math.imul(block ^ (block >>> ROTATION), MULTIPLIER)
    hash = Math.imul(hash, MULTIPLIER) ^ block
  }
  if (tail < length) {
    for (let at = length - 1; at >= tail; at -= 1) {
      hash ^= view.getUint8(at) << ((at - tail) * 8)
    }
    hash = Math.imul(hash, MULTIPLIER)
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER)
  return (hash ^ (hash >>> 15)) >>> 0
}

/** The partition of a key among `count`: one key, one partition, whichever client writes. */
export function partitionOf(key: Uint8Array, count: number): number {
  return (murmur2(key) & 0x7fffffff) % count
}
