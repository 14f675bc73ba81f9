// The first records of a key's events lie in the order in which the events were committed.
import type { Check } from './check.ts'
import { firstRecords } from './effects.ts'

export const publishOrder: Check = {
  name: 'publish order',
  failsWhen: 'an event of a key was first published before an earlier one of it',
  run({ truth }) {
    const first = firstRecords(truth.records)
    const last = new Map<string, { offset: number; seq: number }>()
    const violations: string[] = []
    // By id: within a key that is the order of the commits; seqs of a room have to follow it.
    for (const event of truth.events) {
      const record = first.get(event.eventId)
      if (record === undefined) continue
      const key = `${event.topic}/${event.key}`
      const before = last.get(key) ?? { offset: -1, seq: 0 }
      const seq = event.seq ?? before.seq
      if (record.offset < before.offset) {
        violations.push(`${key}: ${event.eventId} lies at ${record.offset}, too early`)
      }
      if (event.seq !== undefined && event.seq !== before.seq + 1) {
        violations.push(`${key}: seq ${event.seq} comes after ${before.seq}`)
      }
      last.set(key, { offset: Math.max(record.offset, before.offset), seq })
    }
    return { looked: truth.events.length, violations }
  },
}
