// Once everything is healed, everything that was accepted is applied within a minute.
import type { Check } from './check.ts'

export const unseen: Check = {
  name: 'unseen',
  failsWhen: 'a minute after the end something is unsent, unread, or not told to its reader',
  run({ truth, streams }) {
    const unsent = truth.events.filter((row) => !row.isSent)
    const behind = truth.positions.filter(({ committed, end }) => committed < end)
    const heads = new Map<number, number>()
    for (const { userId, seq } of truth.news)
      heads.set(userId, Math.max(heads.get(userId) ?? 0, seq))
    const told = new Map<number, number>()
    for (const line of streams) {
      if (line.is === 'closed' || line.is === 'opened') continue
      const cursor = line.is === 'news' ? line.cursor : line.head
      const seq = line.is === 'ready' && told.has(line.userId) ? 0 : Number(cursor.split('.')[1])
      told.set(line.userId, Math.max(told.get(line.userId) ?? 0, seq))
    }
    const untold = [...told].filter(([userId, seq]) => seq < (heads.get(userId) ?? 0))
    return {
      looked: truth.events.length + truth.positions.length + told.size,
      violations: [
        ...unsent.map((row) => `${row.type} ${row.eventId} was never sent`),
        ...behind.map(
          ({ group, topic, partition, committed, end }) =>
            `${group} stands at ${committed} of ${end} in ${topic}/${partition}`,
        ),
        ...untold.map(
          ([userId, seq]) => `reader ${userId} was told ${seq} of ${heads.get(userId)}`,
        ),
      ],
    }
  },
}
