// Our murmur2 against the Java client's published vectors and against the Kafka client's own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compatibilityPartitioner } from '@platformatic/kafka'
import { murmur2, partitionOf } from './partition.ts'

/** From `UtilsTest.testMurmur2` of Apache Kafka, as signed numbers. */
const JAVA_VECTORS = {
  '21': -973_932_308,
  foobar: -790_332_482,
  'a-little-bit-long-string': -985_981_536,
  'a-little-bit-longer-string': -1_486_304_829,
  lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58_897_971,
  abc: 479_470_107,
}

const TEXTS = ['', '1', '42', '987654321', '가', '소식', '사용자-7', '채팅방 42번', '📨', 'ключ']

test('murmur2 gives what the Java client publishes', () => {
  for (const [text, expected] of Object.entries(JAVA_VECTORS)) {
    assert.equal(murmur2(Buffer.from(text)) | 0, expected, text)
  }
})

test('a key lands where the compatible partitioner of the Kafka client puts it', () => {
  const keys = TEXTS.map((text) => Buffer.from(text))
  for (let bytes = 0; bytes < 64; bytes += 1) keys.push(Buffer.alloc(bytes, 0xf0 ^ bytes))
  for (const key of keys) {
    for (const count of [1, 3, 6, 12, 50]) {
      const message = { topic: 'any', value: null }
      assert.equal(partitionOf(key, count), compatibilityPartitioner(message, key) % count)
    }
  }
})

test('a key that is a view into other bytes is read from its own start', () => {
  const around = Buffer.from('..foobar..')
  assert.equal(murmur2(around.subarray(2, 8)) | 0, JAVA_VECTORS.foobar)
  assert.equal(murmur2(new Uint8Array(around.subarray(2, 8))) | 0, JAVA_VECTORS.foobar)
})
