// Every committed event lies in the log.
import type { Check } from './check.ts'

export const lostPublish: Check = {
  name: 'lost publish',
  failsWhen: 'an event was committed and no topic has a record of it',
  run({ truth }) {
    const published = new Set(truth.records.map((row) => row.eventId))
    const lost = truth.events.filter((row) => !published.has(row.eventId))
    const violations = lost.map(
      (row) => `${row.type} ${row.eventId} of ${row.topic} (${row.isSent ? 'sent' : 'unsent'})`,
    )
    return { looked: truth.events.length, violations }
  },
}
