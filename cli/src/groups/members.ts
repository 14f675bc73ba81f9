// A group's members as rows: one for each member and topic, so that no row is long.
import type { GroupDescription } from 'sosik'
import type { Row } from '../table.ts'

/** A group without members and a member without partitions have a row too. */
export function memberRows(group: string, { state, members }: GroupDescription): Row[] {
  const nobody = { group, state, member: undefined, client: undefined, host: undefined }
  const nothing = { topic: undefined, partitions: undefined }
  if (members.length === 0) return [{ ...nobody, ...nothing }]
  return members.flatMap<Row>(({ memberId: member, clientId: client, host, partitions }) => {
    const who = { group, state, member, client, host }
    const byTopic = [...Map.groupBy(partitions, ({ topic }) => topic)]
    if (byTopic.length === 0) return [{ ...who, ...nothing }]
    return byTopic.map(([topic, held]) => ({
      ...who,
      topic,
      partitions: held.map(({ partition }) => partition).join(','),
    }))
  })
}
