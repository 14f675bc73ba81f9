// Every record of a group ends as an effect, a skip or a dead letter; and only what is marked dies.
import { groupsOn } from '../nemesis/records.ts'
import { markOf } from '../subject/marks.ts'
import type { Check } from './check.ts'
import { effectKey } from './effects.ts'

export const deadLetters: Check = {
  name: 'dead-letter account',
  failsWhen: 'a dead letter is of no record, was not asked for, is missing, or is one too many',
  run({ truth, nemesis }) {
    const places = new Set(
      truth.records.map((row) => `${row.topic}/${row.partition}/${row.offset}`),
    )
    const poisons = nemesis.filter((line) => line.is === 'poison')
    const poisoned = new Set(
      poisons.map((line) => `${line.topic}/${line.partition}/${line.offset}`),
    )
    const messages = new Map(truth.messages.map((row) => [row.messageId, row.content]))
    const marked = new Set(
      truth.events
        .filter((row) => markOf({ content: messages.get(row.subject) })?.how === 'throw')
        .map((row) => row.eventId),
    )
    const violations: string[] = []
    const dead = new Set<string>()
    for (const row of truth.deadLetters) {
      const place = `${row.topic}/${row.partition}/${row.offset}`
      const letter = `${row.group}: the letter of ${place} (${row.errorCode})`
      dead.add(`${row.group} ${place}`)
      if (!places.has(place)) violations.push(`${letter} has no original`)
      if (!poisoned.has(place) && !marked.has(row.eventId))
        violations.push(`${letter} is not marked`)
    }
    const owed = poisons.flatMap((line) =>
      groupsOn(line.topic).map(
        (group) => `${group} ${line.topic}/${line.partition}/${line.offset}`,
      ),
    )
    for (const one of owed) if (!dead.has(one)) violations.push(`${one} is poison without a letter`)
    const effects = new Map<string, number>()
    for (const { group, eventId, redrives } of truth.effects) {
      if (redrives === 0) effects.set(effectKey(group, eventId), 1)
    }
    for (const row of truth.deadLetters) {
      if (!effects.has(effectKey(row.group, row.eventId))) continue
      violations.push(`${row.group}: ${row.eventId} has an effect and a dead letter`)
    }
    return { looked: truth.deadLetters.length + owed.length, violations }
  },
}
