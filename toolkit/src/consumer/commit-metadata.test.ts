// What a commit carries comes back as it was, whatever it is, and always fits.
import assert from 'node:assert/strict'
import test from 'node:test'
import {
  array,
  assert as property,
  bigInt,
  constantFrom,
  integer,
  option,
  property as given,
  record,
  string,
  uniqueArray,
} from 'fast-check'
import { COMMIT_METADATA_BYTES_MAX } from '../log/log.ts'
import { NO_METADATA, NOTED_MAX, readMetadata, SPAN_MAX, writeMetadata } from './commit-metadata.ts'

const base = bigInt({ min: 0n, max: 2n ** 62n })
const places = uniqueArray(integer({ min: 1, max: SPAN_MAX }), { maxLength: 200 })
const ahead = bigInt({ min: 0n, max: 2n ** 62n })

test('anything within the bounds comes back as it was', () => {
  const noted = array(record({ ahead, starts: integer({ min: 1, max: 255 }) }), {
    maxLength: NOTED_MAX,
  })
  const until = bigInt({ min: 1n, max: 2n ** 62n })
  const inbox = constantFrom('skip_seen' as const, 'force' as const, 'side_effect_free' as const)
  const replay = option(record({ until, inbox }), { nil: undefined })
  const some = record({ places, noted, replay, opened: integer({ min: 0, max: 255 }) })
  property(
    given(base, some, (from, { opened, ...given }) => {
      const metadata = {
        opened,
        done: given.places.toSorted((a, b) => a - b).map((place) => from + BigInt(place)),
        noted: given.noted.map((one) => ({ offset: from + one.ahead, starts: one.starts })),
        replay: given.replay && { ...given.replay, until: from + given.replay.until },
      }
      const text = writeMetadata(from, metadata)
      assert.ok(Buffer.byteLength(text) <= COMMIT_METADATA_BYTES_MAX)
      assert.deepEqual(readMetadata(from, text), metadata)
    }),
  )
})

test('the fullest that can be said fits', () => {
  const far = 2n ** 62n
  const text = writeMetadata(0n, {
    opened: 1_000,
    done: Array.from({ length: SPAN_MAX * 2 }, (_, at) => BigInt(at)),
    noted: Array.from({ length: NOTED_MAX * 2 }, () => ({ offset: far, starts: 1_000 })),
    replay: { until: far, inbox: 'side_effect_free' },
  })
  assert.equal(Buffer.byteLength(text), 3_607)
  assert.ok(Buffer.byteLength(text) <= COMMIT_METADATA_BYTES_MAX)
  const read = readMetadata(0n, text)
  assert.deepEqual([read.opened, read.done.length, read.noted.length], [255, SPAN_MAX, NOTED_MAX])
})

test('nothing to say is no text', () => {
  assert.equal(writeMetadata(5n, NO_METADATA), '')
  const passed = { until: 5n, inbox: 'force' as const }
  const before = { offset: 4n, starts: 2 }
  assert.equal(writeMetadata(5n, { ...NO_METADATA, replay: passed, noted: [before] }), '')
})

test('the older form, of bits alone, is still read', () => {
  const bits = Buffer.from([0b10010010, 0b1])
  assert.deepEqual(readMetadata(10n, `b1:${bits.toString('base64')}`), {
    ...NO_METADATA,
    done: [11n, 14n, 17n, 18n],
  })
})

test("another's metadata says nothing, and damage is no error", () => {
  for (const text of ['', 'checkpoint 7', 'b2:AAAA', 's2:', 's2:AQ==', 's2:AQCA']) {
    const { done, noted, replay } = readMetadata(5n, text)
    assert.deepEqual([done, noted, replay], [[], [], undefined], text)
  }
  property(given(string(), (text) => readMetadata(5n, `s2:${text}`) !== undefined))
})
