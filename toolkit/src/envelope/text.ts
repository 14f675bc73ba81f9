// Bytes as text, the fast way: for short values a `TextDecoder` costs more than it decodes.
import { isUtf8 } from 'node:buffer'

/** What is no UTF-8 comes as replacement characters. */
export const textOf = (bytes: Uint8Array): string => bufferOf(bytes).toString('utf8')

/** Undefined for bytes that are no UTF-8. */
export function strictTextOf(bytes: Uint8Array): string | undefined {
  const buffer = bufferOf(bytes)
  return isUtf8(buffer) ? buffer.toString('utf8') : undefined
}

/** The same bytes, not a copy. */
export function bufferOf(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
