// A log that writes down what its members own and commit, and changes nothing of it.
import type { Commit, EventLog, GroupMember, JoinOptions, TopicPartition } from 'sosik'
import { type Journal, monotonicUs } from '../records/journal.ts'
import type { WorkerLine } from '../records/lines.ts'
import { ownershipKey, type Ownerships } from './surround.ts'

export function watchedLog(
  log: EventLog,
  journal: Journal<WorkerLine>,
  ownerships: Ownerships,
): EventLog {
  return {
    ...log,
    async join(options) {
      const watching = watched(options, journal, ownerships)
      return committing(await log.join(watching), options.group, journal, ownerships)
    },
  }
}

function watched(
  options: JoinOptions,
  journal: Journal<WorkerLine>,
  ownerships: Ownerships,
): JoinOptions {
  const { group, listener } = options
  const ownership = (place: TopicPartition) => ownerships.get(ownershipKey(group, place)) ?? 0
  const over = (is: 'revoked' | 'lost', partitions: readonly TopicPartition[]) => {
    for (const { topic, partition } of partitions) {
      const place = { group, topic, partition }
      journal.note({ is, ...place, ownership: ownership(place) })
    }
  }
  return {
    ...options,
    listener: {
      async assigned(partitions) {
        for (const { topic, partition, offset } of partitions) {
          const place = { topic, partition }
          const now = monotonicUs()
          ownerships.set(ownershipKey(group, place), now)
          const owned = { group, ...place, ownership: now }
          journal.note({ is: 'assigned', ...owned, offset: Number(offset) })
        }
        await listener.assigned(partitions)
      },
      async revoked(partitions) {
        await listener.revoked(partitions)
        over('revoked', partitions)
      },
      lost(partitions) {
        over('lost', partitions)
        return listener.lost(partitions)
      },
      records: (partition, records) => listener.records(partition, records),
      trouble: (error) => listener.trouble(error),
    },
  }
}

function committing(
  member: GroupMember,
  group: string,
  journal: Journal<WorkerLine>,
  ownerships: Ownerships,
): GroupMember {
  return {
    memberId: member.memberId,
    pause: (partition) => member.pause(partition),
    resume: (partition) => member.resume(partition),
    seek: (partition, offset) => member.seek(partition, offset),
    leave: () => member.leave(),
    async commit(commits: readonly Commit[]) {
      const stamped = commits.map(({ topic, partition, offset }) => ({
        group,
        topic,
        partition,
        offset: Number(offset),
        ownership: ownerships.get(ownershipKey(group, { topic, partition })) ?? 0,
      }))
      await member.commit(commits)
      for (const one of stamped) journal.note({ is: 'commit', ...one })
    },
  }
}
