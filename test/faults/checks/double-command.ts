// One idempotency key has one result, however often it was asked.
import type { Truth } from '../records/truth.ts'
import type { Check } from './check.ts'

/** What a message, or an edit of it, has one event of. */
const ONCE: ReadonlySet<string> = new Set(['MessageSent', 'MessageEdited', 'MessageDeleted'])
const MOVES: ReadonlySet<string> = new Set(['ChatRoomMemberJoined', 'ChatRoomMemberLeft'])

export const doubleCommand: Check = {
  name: 'double command',
  failsWhen: 'one idempotency key has two rows, two events or another result than it answered',
  run({ commands, truth }) {
    const rows = Map.groupBy(truth.messages, (row) => `${row.userId}/${row.clientId}`)
    const twice = [...rows].filter(([, ofKey]) => ofKey.length > 1)
    const events = Map.groupBy(
      truth.events.filter((row) => ONCE.has(row.type)),
      (row) => `${row.type} ${row.subject}`,
    )
    const eventsTwice = [...events].filter(([, ofOne]) => ofOne.length > 1)
    const answers = new Map<string, string>()
    const otherAnswers: string[] = []
    for (const line of commands) {
      if (line.is !== 'ok') continue
      const answer = JSON.stringify(line.result)
      const before = answers.get(line.command) ?? answer
      answers.set(line.command, answer)
      if (before !== answer) otherAnswers.push(`${line.command}: ${before}, then ${answer}`)
    }
    return {
      looked: rows.size + answers.size,
      violations: [
        ...twice.map(([key, ofKey]) => `${key} has ${ofKey.length} messages`),
        ...eventsTwice.map(([name, ofOne]) => `${name} has ${ofOne.length} events`),
        ...movesTwice(truth),
        ...otherAnswers,
      ],
    }
  },
}

/** Who has left comes next, and who has come leaves. */
function movesTwice({ events }: Pick<Truth, 'events'>): string[] {
  const last = new Map<string, string>()
  return events.flatMap(({ type, subject, eventId }) => {
    if (!MOVES.has(type)) return []
    const before = last.get(subject)
    last.set(subject, type)
    return before === type ? [`${type} ${subject} again by ${eventId}`] : []
  })
}
