// Topics and dead letter topics, with the offsets of each partition.
import { readTopics } from '@sosik/contract/ops'
import type { AnswerOf } from '@sosik/contract/route'
import { useAnswer, useConsole } from './console.ts'
import { type Column, Table } from './parts/table.tsx'
import { Trouble } from './parts/trouble.tsx'
import { countText, spanText } from './words.ts'

const EVERY_MS = 5_000

type Topic = AnswerOf<typeof readTopics>['items'][number]

export function Topics() {
  const { texts, language } = useConsole()
  const words = texts.topics
  const { answer, trouble } = useAnswer(readTopics, {}, EVERY_MS)
  const columns: Column<Topic>[] = [
    { name: words.topic, of: ({ topic }) => topic },
    { name: words.partitions, kind: 'number', of: ({ partitions }) => partitions.length },
    { name: words.replicas, kind: 'number', of: ({ replicas }) => replicas },
    {
      name: words.retention,
      kind: 'number',
      of: ({ retention_ms }) =>
        retention_ms < 0 ? words.forever : spanText(retention_ms, language),
    },
    { name: words.records, kind: 'number', of: (topic) => countText(recordsOf(topic)) },
    {
      name: words.offsets,
      kind: 'text',
      of: ({ partitions }) => (
        <ul class="line">
          {partitions.map(({ partition, first_offset, end_offset }) => (
            <li key={partition} class={first_offset === end_offset ? 'quiet' : undefined}>
              {partition}: {countText(first_offset)}–{countText(end_offset)}
            </li>
          ))}
        </ul>
      ),
    },
  ]
  return (
    <>
      <Trouble text={trouble} />
      <Table
        title={texts.pages.topics}
        rows={answer?.items}
        keyOf={({ topic }) => topic}
        columns={columns}
      />
    </>
  )
}

const recordsOf = ({ partitions }: Topic): number =>
  partitions.reduce((sum, { first_offset, end_offset }) => sum + end_offset - first_offset, 0)
