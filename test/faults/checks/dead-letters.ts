// Every record of a group ends as an effect, a skip or a dead letter; and only what is marked dies.
import { groupsOn } from '../nemesis/records.ts'
import type { History } from '../records/history.ts'
import { markOf } from '../subject/marks.ts'
import type { Check } from './check.ts'
import { effectKey } from './effects.ts'

const PARKED = 'SOSIK_PARKED'
/** Three kills from outside in a row can bury an innocent record; a redrive brings it back. */
const INNOCENT = 'SOSIK_CRASH_POISON'

export const deadLetters: Check = {
  name: 'dead-letter account',
  failsWhen: 'a dead letter has no original or no reason, is missing, one too many, or unended',
  run(history) {
    const { truth } = history
    const owed = owedLetters(history)
    const dead = new Set(truth.deadLetters.map((row) => `${row.group} ${placeOf(row)}`))
    const unended = truth.buried.filter((row) => !row.isEnded)
    return {
      looked: truth.deadLetters.length + truth.buried.length + owed.length,
      violations: [
        ...strangeLetters(history),
        ...owed.filter((one) => !dead.has(one)).map((one) => `${one} is poison without a letter`),
        ...unended.map((row) => `${row.group}: ${placeOf(row)} is ${row.state} in the end`),
        ...truth.buried
          .filter((row) => !dead.has(`${row.group} ${placeOf(row)}`))
          .map((row) => `${row.group}: ${placeOf(row)} is in the index, and no letter is of it`),
      ],
    }
  },
}

const placeOf = (row: { topic: string; partition: number; offset: number }): string =>
  `${row.topic}/${row.partition}/${row.offset}`

/** Poison ends as a letter in each group that hears its topic. */
function owedLetters({ nemesis }: History): string[] {
  const poisons = nemesis.flatMap((line) => (line.is === 'poison' ? [line] : []))
  return poisons.flatMap((line) => groupsOn(line.topic).map((group) => `${group} ${placeOf(line)}`))
}

function strangeLetters(history: History): string[] {
  const { truth } = history
  const places = new Set(truth.records.map(placeOf))
  const reasons = reasonsIn(history)
  const handled = new Set(
    truth.effects
      .filter((row) => row.redrives === 0)
      .map(({ group, eventId }) => effectKey(group, eventId)),
  )
  return truth.deadLetters.flatMap((row) => {
    const { group, eventId, errorCode } = row
    const letter = `${group}: the letter of ${placeOf(row)} (${errorCode})`
    const isParked = errorCode === PARKED
    const hasReason = isParked || errorCode === INNOCENT
    return [
      ...(places.has(placeOf(row)) ? [] : [`${letter} has no original`]),
      ...(hasReason || reasons.has(placeOf(row)) || reasons.has(eventId)
        ? []
        : [`${letter} is not marked`]),
      // What is parked is handled later, and by no redrive of its own.
      ...(!isParked && handled.has(effectKey(group, eventId))
        ? [`${letter} stands beside an effect`]
        : []),
    ]
  })
}

/** Places of poison, and ids of events whose messages are marked to fail. */
function reasonsIn({ truth, nemesis }: History): Set<string> {
  const contents = new Map(truth.messages.map((row) => [row.messageId, row.content]))
  const marked = truth.events.filter((row) => {
    const how = markOf({ content: contents.get(row.subject) })?.how
    return how === 'throw' || how === 'crash'
  })
  const poisons = nemesis.flatMap((line) => (line.is === 'poison' ? [placeOf(line)] : []))
  return new Set([...poisons, ...marked.map((row) => row.eventId)])
}
