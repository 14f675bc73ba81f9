// A key lies in the partition that murmur2 gives it, and in no other.
import { messenger } from '@sosik/contract/catalogue'
import { partitionOf } from 'sosik'
import type { Check } from './check.ts'

const PARTITIONS = new Map<string, number>(
  messenger.topics.map((topic) => [topic.name, topic.partitions]),
)

export const wrongPartition: Check = {
  name: 'wrong partition',
  failsWhen: 'a record lies in another partition than its key asks for',
  run({ truth }) {
    const wanted = new Map<string, number>()
    const partitionFor = (topic: string, key: string): number => {
      const name = `${topic} ${key}`
      const known = wanted.get(name) ?? partitionOf(Buffer.from(key), PARTITIONS.get(topic) ?? 1)
      wanted.set(name, known)
      return known
    }
    const wrong = truth.records.filter((row) => row.partition !== partitionFor(row.topic, row.key))
    const violations = wrong.map(
      (row) => `key ${row.key} of ${row.topic} lies in ${row.partition}, at ${row.offset}`,
    )
    return { looked: truth.records.length, violations }
  },
}
