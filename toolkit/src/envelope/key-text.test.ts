// A key survives being shown and typed in again, whatever its bytes are.
import assert from 'node:assert/strict'
import test from 'node:test'
import { keyOf, keyText } from './key-text.ts'

test('text is shown as it is, and other bytes as hexadecimal', () => {
  assert.equal(keyText(Buffer.from('방-4')), '방-4')
  assert.equal(keyText(Uint8Array.of(0, 255)), '\\x00ff')
})

test('what is shown leads back to the same bytes', () => {
  const keys = [Buffer.from('4'), Buffer.from(''), Uint8Array.of(0, 255), Buffer.from('\\x00ff')]
  for (const key of keys) assert.deepEqual(Buffer.from(keyOf(keyText(key))), Buffer.from(key))
})
