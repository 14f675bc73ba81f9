// The overview: how far each group is behind, what it has failed, who is in it, and the outbox.
import { readGroups, readOutbox } from '@sosik/contract/ops'
import type { AnswerOf } from '@sosik/contract/route'
import { useAnswer, useConsole } from './console.ts'
import { Members } from './members.tsx'
import { OutboxStatus } from './outbox/status.tsx'
import { type Column, Table } from './parts/table.tsx'
import { Trouble } from './parts/trouble.tsx'
import { hashOf } from './place.ts'
import { countText, spanText } from './words.ts'

const EVERY_MS = 5_000

type Group = AnswerOf<typeof readGroups>['items'][number]

export function Overview() {
  const { texts } = useConsole()
  const groups = useAnswer(readGroups, {}, EVERY_MS)
  const outbox = useAnswer(readOutbox, {}, EVERY_MS)
  const columns = useColumns()
  return (
    <>
      <Trouble text={groups.trouble ?? outbox.trouble} />
      <Table
        title={texts.overview.groups}
        rows={groups.answer?.items}
        keyOf={({ group }) => group}
        columns={columns}
      />
      <Members groups={groups.answer?.items} />
      <OutboxStatus status={outbox.answer} />
    </>
  )
}

function useColumns(): Column<Group>[] {
  const { texts, language } = useConsole()
  const words = texts.overview
  const since = (at: string | null) =>
    at === null ? '' : spanText(Date.now() - Date.parse(at), language)
  return [
    {
      name: words.group,
      of: ({ group }) => <a href={hashOf('letters', { group })}>{group}</a>,
    },
    { name: words.members, of: (group) => <Standing group={group} /> },
    { name: words.lag, kind: 'number', of: ({ lag }) => <Alarm count={lag} /> },
    {
      name: words.oldest,
      kind: 'number',
      of: ({ lag, lag_ms }) => (lag === 0 ? '' : spanText(lag_ms, language)),
    },
    {
      name: words.byTopic,
      kind: 'text',
      of: ({ topics }) => (
        <ul class="line">
          {topics.map(({ topic, lag }) => (
            <li key={topic} class={lag === 0 ? 'quiet' : undefined}>
              {topic} {countText(lag)}
            </li>
          ))}
        </ul>
      ),
    },
    {
      name: words.deadLetters,
      kind: 'number',
      of: ({ dead_letters }) => <Alarm count={dead_letters} />,
    },
    {
      name: words.oldestOpen,
      kind: 'number',
      of: ({ oldest_open_at }) => since(oldest_open_at),
    },
    {
      name: words.parkedKeys,
      kind: 'number',
      of: ({ parked_keys }) => <Alarm count={parked_keys} />,
    },
    {
      name: words.oldestParked,
      kind: 'number',
      of: ({ oldest_parked_at }) => since(oldest_parked_at),
    },
  ]
}

/** With nobody in it, what is behind stays behind. */
function Standing({ group: { state, members } }: { group: Group }) {
  const { texts } = useConsole()
  const { states } = texts.overview
  if (state === 'empty') return <strong>{states.empty}</strong>
  return (
    <>
      {countText(members.length)} <span class="quiet">{states[state]}</span>
    </>
  )
}

function Alarm({ count }: { count: number }) {
  return count === 0 ? <span class="quiet">0</span> : <strong>{countText(count)}</strong>
}
