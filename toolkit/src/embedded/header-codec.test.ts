// Headers come back as they were, whatever bytes they hold.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeHeaders, encodeHeaders } from './header-codec.ts'

test('headers come back with their names, values, order and repetitions', () => {
  const header = fc.tuple(fc.string({ unit: 'binary' }), fc.uint8Array())
  fc.assert(
    fc.property(fc.array(header), (headers) => {
      const decoded = decodeHeaders(encodeHeaders(headers))
      assert.deepEqual(
        decoded.map(([name, value]) => [name, Buffer.from(value).toString('hex')]),
        headers.map(([name, value]) => [name, Buffer.from(value).toString('hex')]),
      )
    }),
  )
})
