// One idempotency key has one result, however often it was asked.
import type { Check } from './check.ts'

export const doubleCommand: Check = {
  name: 'double command',
  failsWhen: 'one idempotency key has two rows, two events or another result than it answered',
  run({ commands, truth }) {
    const rows = Map.groupBy(truth.messages, (row) => `${row.userId}/${row.clientId}`)
    const twice = [...rows].filter(([, ofKey]) => ofKey.length > 1)
    const events = Map.groupBy(
      truth.events.filter((row) => row.type === 'MessageSent'),
      (row) => row.subject,
    )
    const eventsTwice = [...events].filter(([, ofMessage]) => ofMessage.length > 1)
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
        ...eventsTwice.map(([id, ofMessage]) => `message ${id} has ${ofMessage.length} events`),
        ...otherAnswers,
      ],
    }
  },
}
