// Every event has its effect in every group that hears it, once.
import type { Check } from './check.ts'
import { effectKey, owed } from './effects.ts'

export const effectCount: Check = {
  name: 'lost or double effect',
  failsWhen: 'the effects of an event in a group are not one, dead letters counted apart',
  run(history) {
    const { effects, deadLetters } = history.truth
    const counts = new Map<string, number>()
    for (const { group, eventId } of effects) {
      const key = effectKey(group, eventId)
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    const dead = new Set(deadLetters.map(({ group, eventId }) => effectKey(group, eventId)))
    const owing = owed(history)
    const violations = owing.flatMap(({ group, record }) => {
      const key = effectKey(group, record.eventId ?? '')
      const count = counts.get(key) ?? 0
      // A dead letter that was redriven has its effect after all.
      const isRight = count === 1 || (count === 0 && dead.has(key))
      const place = `${record.topic}/${record.partition}/${record.offset}`
      return isRight ? [] : [`${group}: ${count} effects of ${record.type} at ${place}`]
    })
    return { looked: owing.length, violations }
  },
}
