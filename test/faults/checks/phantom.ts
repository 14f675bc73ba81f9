// Nothing is seen of what was refused or rolled back.
import type { Check } from './check.ts'

export const phantom: Check = {
  name: 'phantom',
  failsWhen: 'a refused command left something, or a record is of no committed event',
  run({ commands, truth, nemesis }) {
    const refused = new Set(commands.filter((one) => one.is === 'fail').map((one) => one.command))
    const left = truth.messages.filter((row) => refused.has(row.clientId))
    const leftProfiles = truth.events.filter(
      (row) => row.type === 'UserProfileUpdated' && refused.has(row.subject),
    )
    const committed = new Set(truth.events.map((row) => row.eventId))
    const poisons = new Set(
      nemesis.flatMap((line) =>
        line.is === 'poison' ? [`${line.topic}/${line.partition}/${line.offset}`] : [],
      ),
    )
    // Online status goes straight to the log: it is no consequence of a command.
    const ours = truth.records.filter(
      (row) =>
        row.type !== 'UserOnlineStatusChanged' &&
        !poisons.has(`${row.topic}/${row.partition}/${row.offset}`),
    )
    const strange = ours.filter((row) => row.eventId === undefined || !committed.has(row.eventId))
    return {
      looked: refused.size + ours.length,
      violations: [
        ...left.map((row) => `the refused message ${row.clientId} is in room ${row.roomId}`),
        ...leftProfiles.map((row) => `the refused profile ${row.subject} has an event`),
        ...strange.map(
          (row) =>
            `${row.type} ${row.eventId} at ${row.topic}/${row.partition}/${row.offset} ` +
            'is of no committed event',
        ),
      ],
    }
  },
}
