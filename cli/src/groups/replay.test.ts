// Where a replay starts is said in exactly one way, and a mistake is a sentence.
import assert from 'node:assert/strict'
import test from 'node:test'
import { messenger } from '@sosik/contract/catalogue'
import { CommandError } from '../command-error.ts'
import { startOf } from './replay.ts'

test('a time, the earliest, or offsets of some partitions', () => {
  assert.equal(startOf({ toEarliest: true }, messenger), 'earliest')
  assert.deepEqual(startOf({ toTime: '2026-01-27T10:00:00Z' }, messenger), {
    timestampMs: Date.UTC(2026, 0, 27, 10),
  })
  const [topic] = messenger.topics
  assert.ok(topic)
  assert.deepEqual(startOf({ toOffset: [`${topic.name}/3=1200`] }, messenger), {
    offsets: [{ topic: topic.name, partition: 3, offset: 1_200n }],
  })
})

const MISTAKES = {
  'Say where': {},
  'Say where: one of': { toEarliest: true, toTime: '2026-01-27' } as const,
  'is no time': { toTime: 'yesterday' },
  'topic/partition=offset': { toOffset: ['nothing/1=2'] },
  'names no offset': { toOffset: ['12'] },
}

for (const [sentence, flags] of Object.entries(MISTAKES)) {
  test(`a mistake is told: ${sentence}`, () => {
    assert.throws(
      () => startOf(flags, messenger),
      (error) => error instanceof CommandError && error.message.includes(sentence),
    )
  })
}
