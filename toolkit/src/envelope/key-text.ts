// An event's key as a person reads and writes it: text, or hexadecimal where it is none.

const HEXADECIMAL = /^\\x((?:[0-9a-f]{2})*)$/i

/** What is no UTF-8, or reads like hexadecimal itself, as PostgreSQL writes bytes: `\x00ff`. */
export function keyText(key: Uint8Array): string {
  const bytes = Buffer.from(key)
  const text = bytes.toString('utf8')
  const isPlain = Buffer.from(text).equals(bytes) && !HEXADECIMAL.test(text)
  return isPlain ? text : `\\x${bytes.toString('hex')}`
}

/** The bytes of what `keyText` writes. */
export function keyOf(text: string): Uint8Array {
  const [, hexadecimal] = HEXADECIMAL.exec(text) ?? []
  return hexadecimal === undefined ? Buffer.from(text) : Buffer.from(hexadecimal, 'hex')
}
