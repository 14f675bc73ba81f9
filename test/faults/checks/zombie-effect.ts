// Nobody works on a partition that has another owner.
import type { Check } from './check.ts'

/**
 * After a revoke nothing may come any more: the partition was drained before it was given away. A
 * member that was frozen cannot know that it has lost a partition, and may finish what the new
 * owner has not come to; behind what the new owner has done of a key, it may not.
 */
export const zombieEffect: Check = {
  name: 'zombie effect',
  failsWhen: 'an owner of old works after a new one: at all when it gave the partition away itself',
  run({ truth, workers }) {
    const revoked = new Set(
      workers.flatMap((line) =>
        line.is === 'revoked'
          ? [`${line.group} ${line.topic}/${line.partition} ${line.ownership}`]
          : [],
      ),
    )
    const newest = new Map<string, number>()
    const newestOfKey = new Map<string, { ownership: number; offset: number }>()
    const violations: string[] = []
    for (const row of truth.effects) {
      const { group, topic, partition, offset, key, ownership, redrives } = row
      // A redrive brings an old record back on purpose.
      if (redrives > 0) continue
      const place = `${group} ${topic}/${partition}`
      const keyPlace = `${place} ${key}`
      const newer = newest.get(place) ?? 0
      const ofKey = newestOfKey.get(keyPlace) ?? { ownership: 0, offset: -1 }
      const isBehind = ownership < ofKey.ownership && offset <= ofKey.offset
      if (ownership < newer && (isBehind || revoked.has(`${place} ${ownership}`))) {
        violations.push(`${row.instance} at ${place}/${offset}, after a newer owner's effect`)
      }
      if (ownership >= newer) newest.set(place, ownership)
      if (ownership >= ofKey.ownership) newestOfKey.set(keyPlace, { ownership, offset })
    }
    return { looked: truth.effects.length, violations }
  },
}
