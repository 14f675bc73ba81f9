// One group's dead letters, as a person works with them: look, bring back, give up, look back.
import { uuidv7 } from 'uuidv7'
import { type Clock, systemClock } from '../clock.ts'
import type { LogRecord } from '../log/log.ts'
import { wordsOf } from '../words.ts'
import {
  type Action,
  type DeadLetter,
  type DeadLetterId,
  type DeadLetterState,
  isEnded,
} from './dead-letter.ts'
import { originalOf } from './original.ts'
import { endOf, type LetterReader, letterPlaceOf, nextFollowers, readEntry } from './reading.ts'
import type { CommandStore, Query, RedriveRun, Selection } from './store.ts'

const UNENDED: readonly DeadLetterState[] = [
  'open',
  'redriving',
  'discarding',
  'following',
  'quarantined',
]
const LIST_MAX = 100
export const CAP = 1_000
export const RATE_PER_SECOND = 10
const FOLLOWERS_SHOWN_MAX = 100

export interface DeadLettersParts {
  readonly store: CommandStore
  readonly admin: LetterReader
  readonly group: string
  readonly clock?: Clock
  readonly newId?: () => string
}

export interface ListOptions {
  readonly selection?: Selection
  /** All that have not ended, when left out. */
  readonly states?: readonly DeadLetterState[]
  readonly limit?: number
}

/** A dead letter with all that can be found of it. */
export interface ShownLetter {
  readonly entry: DeadLetter
  /** The letter as it lies in the dead letter topic; undefined once it is too old. */
  readonly letter: LogRecord | undefined
  /** The record that failed. */
  readonly original: LogRecord | undefined
  /** Events parked behind it, the first hundred of them. */
  readonly followers: readonly LogRecord[]
}

export interface AskOptions {
  readonly selection: Selection
  readonly requestedBy: string
  /** Answers what would be asked for, and changes nothing. */
  readonly dryRun?: boolean
  readonly cap?: number
  /** Dead letters a second, of all members together; what is parked behind them comes on top. */
  readonly ratePerSecond?: number
  /** Takes those that failed again too often, instead of those that are open. */
  readonly quarantined?: boolean
}

/** What was found; without a run nothing was changed. */
export interface Asked {
  readonly runId: string | undefined
  readonly selected: number
  /** Of a dry run only. */
  readonly letters: readonly DeadLetter[]
}

export interface DeadLetters {
  list(options?: ListOptions): Promise<DeadLetter[]>
  show(position: Omit<DeadLetterId, 'group'>): Promise<ShownLetter | undefined>
  /** The group's members handle them again, within seconds; the answer does not wait for that. */
  redrive(options: AskOptions): Promise<Asked>
  /** The group's members give them up; what is parked behind them is handled. */
  discard(options: AskOptions): Promise<Asked>
  /** Newest first. */
  runs(limit?: number): Promise<RedriveRun[]>
  /** How far one has come; undefined for one of nobody's, or of another group's. */
  run(id: string): Promise<RedriveRun | undefined>
}

export function deadLetters(parts: DeadLettersParts): DeadLetters {
  const { store, admin, group, clock = systemClock, newId = uuidv7 } = parts

  async function ask(action: Action, options: AskOptions): Promise<Asked> {
    const { selection, requestedBy, quarantined = false, cap = CAP } = options
    const { ratePerSecond = RATE_PER_SECOND } = options
    const states: DeadLetterState[] = quarantined ? ['quarantined'] : ['open']
    const query: Query = { group, states, selection, limit: cap }
    if (options.dryRun) {
      const letters = await store.list(query)
      return { runId: undefined, selected: letters.length, letters }
    }
    const id = newId()
    const selected = await store.request(query, {
      id,
      group,
      action,
      requestedBy,
      requestedAtMs: clock.nowMs(),
      selection: wordsOf(selection),
      quarantined,
      cap,
      ratePerSecond,
    })
    return { runId: id, selected, letters: [] }
  }

  return {
    list: ({ selection = {}, states = UNENDED, limit = LIST_MAX } = {}) =>
      store.list({ group, states, selection, limit }),
    async show(position) {
      const entry = await store.find({ ...position, group })
      if (entry === undefined) return undefined
      const letter = await readEntry(admin, entry)
      const original = letter && originalOf(letter)
      return { entry, letter, original, followers: await waitingBehind(admin, entry) }
    },
    redrive: (options) => ask('redrive', options),
    discard: (options) => ask('discard', options),
    runs: (limit = LIST_MAX) => store.runs(group, limit),
    async run(id) {
      const run = await store.run(id)
      return run?.group === group ? run : undefined
    },
  }
}

async function waitingBehind(admin: LetterReader, entry: DeadLetter): Promise<LogRecord[]> {
  if (!entry.parks || isEnded(entry)) return []
  const waiting: LogRecord[] = []
  const end = await endOf(admin, letterPlaceOf(entry))
  let { nextLetter, followedTo } = entry
  while (waiting.length < FOLLOWERS_SHOWN_MAX && nextLetter < end) {
    const step = { ...entry, nextLetter, followedTo, nextOffset: null }
    const { followers, next } = await nextFollowers(admin, step, end)
    waiting.push(...followers.map((one) => one.original))
    nextLetter = next
    followedTo = waiting.at(-1)?.offset ?? followedTo
  }
  return waiting.slice(0, FOLLOWERS_SHOWN_MAX)
}
