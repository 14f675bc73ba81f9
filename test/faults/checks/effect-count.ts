// Every event has its effect in every group that hears it, once.
import type { Check } from './check.ts'
import { discardedIn, effectKey, owed } from './effects.ts'

export const effectCount: Check = {
  name: 'lost or double effect',
  failsWhen: 'the effects of an event in a group are not one, discarded dead letters counted apart',
  run(history) {
    const { effects } = history.truth
    const counts = new Map<string, number>()
    for (const { group, eventId } of effects) {
      const key = effectKey(group, eventId)
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    const discarded = discardedIn(history)
    const owing = owed(history)
    const violations = owing.flatMap(({ group, record }) => {
      const key = effectKey(group, record.eventId ?? '')
      const count = counts.get(key) ?? 0
      // A dead letter that was redriven has its effect after all, and what was parked too.
      const isRight = count === (discarded.has(key) ? 0 : 1)
      const place = `${record.topic}/${record.partition}/${record.offset}`
      return isRight ? [] : [`${group}: ${count} effects of ${record.type} at ${place}`]
    })
    return { looked: owing.length, violations }
  },
}
