// The assignment is complete, even and moves no more than it must, whoever comes and goes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { TopicPartition } from '../log/log.ts'
import { assignUniformly } from './assignor.ts'
import { placeOf } from '../log/place.ts'

class Reader {
  readonly topics: readonly string[]
  owned = new Set<string>()

  constructor(topics: readonly string[]) {
    this.topics = topics
  }

  owns(partition: TopicPartition): boolean {
    return this.owned.has(placeOf(partition))
  }
}

test('whoever comes and goes, shares differ by one at most and only the excess moves', () => {
  const partitionCount = fc.integer({ min: 0, max: 12 })
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(partitionCount, partitionCount, sizes, (left, right, history) => {
      const partitions = [...partitionsOf('left', left), ...partitionsOf('right', right)]
      let readers: Reader[] = []
      for (const size of history) {
        readers = Array.from({ length: size }, (_, at) => {
          return readers[at] ?? new Reader(['left', 'right'])
        })
        const fairMax = Math.ceil(partitions.length / size)
        const before = readers.map((reader) => reader.owned)
        settle(partitions, readers)
        const counts = readers.map((reader) => reader.owned.size)
        assert.equal(
          counts.reduce((sum, count) => sum + count, 0),
          partitions.length,
        )
        assert(Math.max(...counts) - Math.min(...counts) <= 1)
        for (const [at, reader] of readers.entries()) {
          const kept = [...(before[at] ?? [])].filter((place) => reader.owned.has(place)).length
          assert(kept >= Math.min(before[at]?.size ?? 0, fairMax - 1))
        }
      }
    }),
  )
})

test('nobody gets a topic that it does not want, and what nobody wants stays free', () => {
  const both = new Reader(['left', 'right'])
  const right = new Reader(['right'])
  const unwanted = partitionsOf('unwanted', 2)
  settle([...partitionsOf('left', 3), ...partitionsOf('right', 3), ...unwanted], [both, right])
  assert.deepEqual([...both.owned].toSorted(), ['left/0', 'left/1', 'left/2'])
  assert.deepEqual([...right.owned].toSorted(), ['right/0', 'right/1', 'right/2'])
})

test('what is balanced is left alone', () => {
  const readers = [new Reader(['topic']), new Reader(['topic'])]
  const partitions = partitionsOf('topic', 5)
  settle(partitions, readers)
  const before = readers.map((reader) => [...reader.owned].toSorted())
  settle(partitions, readers.toReversed())
  assert.deepEqual(
    readers.map((reader) => [...reader.owned].toSorted()),
    before,
  )
})

function settle(partitions: readonly TopicPartition[], readers: readonly Reader[]): void {
  for (const [reader, share] of assignUniformly(partitions, readers)) {
    reader.owned = new Set([...share].map(placeOf))
  }
}

function partitionsOf(topic: string, count: number): TopicPartition[] {
  return Array.from({ length: count }, (_, partition) => ({ topic, partition }))
}
