// Headers as one run of bytes: names and values in turn, each with its length before it.
import type { Header } from '../log/log.ts'

const LENGTH_BYTES = 4

/** Null when there are none. */
export function encodeHeaders(headers: readonly Header[]): Uint8Array | null {
  if (headers.length === 0) return null
  const parts = headers.flatMap(([name, value]) => [Buffer.from(name), value])
  const size = parts.reduce((sum, part) => sum + LENGTH_BYTES + part.length, 0)
  const bytes = Buffer.allocUnsafe(size)
  let at = 0
  for (const part of parts) {
    at = bytes.writeUInt32LE(part.length, at)
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** What `encodeHeaders` wrote; the values are views on `bytes`. */
export function decodeHeaders(bytes: Uint8Array | null): Header[] {
  if (bytes === null) return []
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 0
  const next = () => {
    const start = at + LENGTH_BYTES
    at = start + buffer.readUInt32LE(at)
    return buffer.subarray(start, at)
  }
  const headers: Header[] = []
  while (at < buffer.length) headers.push([next().toString(), next()])
  return headers
}
