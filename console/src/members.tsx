// Who the members of each group are, and which partitions each of them holds.
import type { readGroups } from '@sosik/contract/ops'
import type { AnswerOf } from '@sosik/contract/route'
import { useConsole } from './console.ts'
import { type Column, Table } from './parts/table.tsx'
import { rangesText } from './words.ts'

type Group = AnswerOf<typeof readGroups>['items'][number]
type Member = Group['members'][number] & Pick<Group, 'group'>

export function Members({ groups }: { groups: readonly Group[] | undefined }) {
  const { texts } = useConsole()
  const words = texts.overview
  const columns: Column<Member>[] = [
    { name: words.group, of: ({ group }) => group },
    { name: words.member, of: ({ member_id }) => <code>{member_id}</code> },
    { name: words.client, of: ({ client_id }) => client_id },
    { name: words.host, of: ({ host }) => host },
    {
      name: words.holds,
      kind: 'text',
      of: ({ topics }) => (
        <ul class="line">
          {topics.map(({ topic, partitions }) => (
            <li key={topic}>
              {topic} {rangesText(partitions)}
            </li>
          ))}
        </ul>
      ),
    },
  ]
  return (
    <Table
      title={words.members}
      rows={groups?.flatMap(({ group, members }) => members.map((one) => ({ ...one, group })))}
      keyOf={({ group, member_id }) => `${group} ${member_id}`}
      columns={columns}
    />
  )
}
