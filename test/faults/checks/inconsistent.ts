// An event is the same wherever it is seen, and a place in the log holds one record.
import type { Check } from './check.ts'

export const inconsistent: Check = {
  name: 'inconsistent',
  failsWhen: 'one event id has two payloads, or one offset was read as two events',
  run({ truth, nemesis }) {
    const hashes = new Map(truth.events.map((row) => [row.eventId, row.hash]))
    const places = new Map<string, string | undefined>()
    const violations: string[] = []
    for (const row of truth.records) {
      const place = `${row.topic}/${row.partition}/${row.offset}`
      places.set(place, row.eventId ?? place)
      if (row.eventId === undefined) continue
      const before = hashes.get(row.eventId) ?? row.hash
      hashes.set(row.eventId, before)
      if (before !== row.hash) violations.push(`${row.eventId} has another payload at ${place}`)
    }
    for (const row of truth.effects) {
      const place = `${row.topic}/${row.partition}/${row.offset}`
      if (places.get(place) === row.eventId) continue
      violations.push(`${row.group} saw ${row.eventId} at ${place}, which is ${places.get(place)}`)
    }
    for (const line of nemesis) {
      if (line.is !== 'poison') continue
      const place = `${line.topic}/${line.partition}/${line.offset}`
      if (places.get(place) !== place) violations.push(`${place} was acknowledged as poison`)
    }
    const all = truth.records.length + truth.deadLetters.length
    // Both counts are of the same moment, when nobody writes any more.
    if (truth.countedByJava !== all) {
      violations.push(`our client reads ${all} records, Java's ${truth.countedByJava}`)
    }
    return { looked: truth.records.length + truth.effects.length, violations }
  },
}
