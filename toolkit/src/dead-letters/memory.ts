// The index of dead letters in memory: for tests, and for groups that have no database.
import type { TopicPartition } from '../log/log.ts'
import { placeOf } from '../log/place.ts'
import { type DeadLetter, type DeadLetterId, isEnded, laneOf } from './dead-letter.ts'
import type {
  CommandStore,
  Count,
  DeadLetterStore,
  DeadLetterSummary,
  MemberStore,
  NewDeadLetter,
  Query,
  RedriveRun,
  RequestedLetter,
} from './store.ts'

const PURGE_ROWS_MAX = 5_000

interface Shelf {
  readonly letters: Map<string, DeadLetter>
  readonly runs: Map<string, KnownRun>
}

type KnownRun = Omit<RedriveRun, 'unfinished'>

/** What the index has to do with the inbox of its groups. */
export interface InboxOfDeadLetters {
  has(group: string, eventId: string): boolean
  /** The event counts as handled from now on, whatever it held. */
  giveUp(group: string, eventId: string): void
}

const NO_INBOX: InboxOfDeadLetters = { has: () => false, giveUp: () => {} }

export function memoryDeadLetters(inbox: InboxOfDeadLetters = NO_INBOX): DeadLetterStore {
  const shelf: Shelf = { letters: new Map(), runs: new Map() }
  return { ...forMembers(shelf, inbox), ...forCommands(shelf) }
}

function forMembers(shelf: Shelf, inbox: InboxOfDeadLetters): MemberStore {
  const { letters, runs } = shelf
  return {
    claim: (group, partitions, owner) =>
      Promise.try(() => {
        const claimed = unendedOf(shelf, group, partitions).map((one) => ({ ...one, owner }))
        for (const one of claimed) put(shelf, one)
        return claimed
      }),
    add: (letter, unlessHandled) =>
      Promise.try(() => {
        if (unlessHandled && inbox.has(letter.group, letter.eventId)) return false
        addNew(shelf, letter)
        return true
      }),
    requested: ({ group, partitions, nowMs, limit }) =>
      Promise.try(() => {
        const unended = unendedOf(shelf, group, partitions)
        const parking = unended.filter((one) => one.parks)
        return unended
          .filter((one) => isDue(one, nowMs))
          .filter((one) => !one.parks || parking.find((other) => isSameKey(other, one)) === one)
          .slice(0, limit)
          .map((one): RequestedLetter => {
            const next = parking.find((other) => isSameKey(other, one) && other.offset > one.offset)
            return { ...one, nextOffset: next?.offset ?? null }
          })
      }),
    move: (letter, { change, count, successor }) =>
      Promise.try(() => {
        const known = letters.get(nameOf(letter))
        if (known?.owner !== letter.owner) return false
        // Asked again after its answer was lost: it is as it should be.
        if (isSame(known, { ...letter, ...change })) return true
        if (known.state !== letter.state) return false
        put(shelf, { ...known, ...change })
        const isGivenUp = known.state === 'discarding' && change.state !== 'discarding'
        if (isGivenUp) inbox.giveUp(known.group, known.eventId)
        if (successor !== undefined) addNew(shelf, successor)
        const run = runs.get(known.runId ?? '')
        if (run !== undefined) runs.set(run.id, counted(run, count))
        return true
      }),
  }
}

function forCommands(shelf: Shelf): CommandStore {
  const { letters, runs } = shelf
  const list = (query: Query) =>
    inOrder(shelf, (letter) => fits(letter, query)).slice(0, query.limit)
  return {
    list: (query) => Promise.try(() => list(query)),
    find: (id) => Promise.try(() => letters.get(nameOf(id))),
    request: (query, run) =>
      Promise.try(() => {
        const found = list(query)
        for (const [at, letter] of found.entries()) {
          const dueAtMs = run.requestedAtMs + Math.floor((at * 1_000) / run.ratePerSecond)
          const state = run.action === 'redrive' ? 'redriving' : 'discarding'
          put(shelf, { ...letter, state, dueAtMs, runId: run.id, starts: 0 })
        }
        const none = { succeeded: 0, failed: 0, followers: 0 }
        runs.set(run.id, { ...run, ...none, selected: found.length })
        return found.length
      }),
    runs: (group, limit) =>
      Promise.try(() =>
        [...runs.values()]
          .filter((run) => run.group === group)
          .sort((left, right) => right.requestedAtMs - left.requestedAtMs)
          .slice(0, limit)
          .map((run) => withUnfinished(shelf, run)),
      ),
    run: (id) =>
      Promise.try(() => {
        const run = runs.get(id)
        return run && withUnfinished(shelf, run)
      }),
    summary: () =>
      Promise.try(() => {
        const unended = inOrder(shelf, (one) => !isEnded(one))
        return [...Map.groupBy(unended, (one) => one.group)].map(summaryOf)
      }),
    purge: (endedBeforeMs) =>
      Promise.try(() => {
        const isOld = ({ endedAtMs }: DeadLetter) => endedAtMs !== null && endedAtMs < endedBeforeMs
        const old = inOrder(shelf, isOld).slice(0, PURGE_ROWS_MAX)
        for (const letter of old) letters.delete(nameOf(letter))
        return old.length === PURGE_ROWS_MAX
      }),
  }
}

const inOrder = ({ letters }: Shelf, wanted: (letter: DeadLetter) => boolean): DeadLetter[] =>
  [...letters.values()].filter(wanted).sort(byPlace)

const put = ({ letters }: Shelf, letter: DeadLetter) => letters.set(nameOf(letter), letter)

function addNew(shelf: Shelf, letter: NewDeadLetter): void {
  const known = shelf.letters.get(nameOf(letter))
  if (known === undefined || isEnded(known)) put(shelf, opened(letter))
}

function unendedOf(
  shelf: Shelf,
  group: string,
  partitions: readonly TopicPartition[],
): DeadLetter[] {
  const places = new Set(partitions.map(placeOf))
  return inOrder(shelf, (one) => one.group === group && !isEnded(one) && places.has(placeOf(one)))
}

/** Whatever the second one has beside the fields of the first. */
const isSame = (known: DeadLetter, wanted: DeadLetter): boolean =>
  Object.entries(known).every(([name, value]) => {
    const other = wanted[name as keyof DeadLetter]
    return value instanceof Uint8Array ? laneOf(value) === laneOf(wanted.key) : value === other
  })

const isSameKey = (left: DeadLetter, right: DeadLetter): boolean =>
  placeOf(left) === placeOf(right) && laneOf(left.key) === laneOf(right.key)

const withUnfinished = (shelf: Shelf, run: KnownRun): RedriveRun => ({
  ...run,
  unfinished: inOrder(shelf, (one) => one.runId === run.id && isRequested(one)).length,
})

const counted = (run: KnownRun, count: Count = {}): KnownRun => ({
  ...run,
  succeeded: run.succeeded + (count.succeeded ?? 0),
  failed: run.failed + (count.failed ?? 0),
  followers: run.followers + (count.followers ?? 0),
})

const nameOf = (id: DeadLetterId): string => `${id.group} ${placeOf(id)}/${id.offset}`

function byPlace(left: DeadLetter, right: DeadLetter): number {
  if (left.topic !== right.topic) return left.topic < right.topic ? -1 : 1
  return left.partition - right.partition || Number(left.offset - right.offset)
}

const opened = (letter: NewDeadLetter): DeadLetter => ({
  ...letter,
  starts: 0,
  state: 'open',
  ending: null,
  runId: null,
  dueAtMs: null,
  endedAtMs: null,
})

const isRequested = ({ state }: DeadLetter): boolean =>
  state === 'redriving' || state === 'discarding' || state === 'following'

const isDue = (letter: DeadLetter, nowMs: number): boolean =>
  isRequested(letter) && (letter.dueAtMs ?? 0) <= nowMs

function fits(letter: DeadLetter, { group, states, selection }: Query): boolean {
  const { type, key, errorCode, failedFromMs, failedBeforeMs, eventId } = selection
  const { topic, partition, offset } = selection
  return (
    letter.group === group &&
    states.includes(letter.state) &&
    (type ?? letter.eventType) === letter.eventType &&
    (key === undefined || laneOf(key) === laneOf(letter.key)) &&
    (errorCode ?? letter.errorCode) === letter.errorCode &&
    letter.failedAtMs >= (failedFromMs ?? -Infinity) &&
    letter.failedAtMs < (failedBeforeMs ?? Infinity) &&
    (eventId ?? letter.eventId) === letter.eventId &&
    (topic ?? letter.topic) === letter.topic &&
    (partition ?? letter.partition) === letter.partition &&
    (offset ?? letter.offset) === letter.offset
  )
}

function summaryOf([group, letters]: [string, DeadLetter[]]): DeadLetterSummary {
  const open = letters.filter(({ state }) => state === 'open')
  const parking = letters.filter(({ parks }) => parks)
  return {
    group,
    unended: letters.length,
    parkedKeys: new Set(parking.map((one) => `${placeOf(one)} ${laneOf(one.key)}`)).size,
    oldestParkedAtMs: oldestOf(parking.map((one) => one.parkedAtMs)),
    oldestOpenAtMs: oldestOf(open.map((one) => one.failedAtMs)),
  }
}

const oldestOf = (times: readonly number[]): number | null =>
  times.length === 0 ? null : times.reduce((oldest, one) => Math.min(oldest, one))
