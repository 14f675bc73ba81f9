// Group commit: effects of different keys that wait at the same time share one transaction.
import { type Clock, sleep } from '../clock.ts'
import type { DomainEvent } from '../envelope/envelope.ts'
import type { Database } from '../postgres/sql.ts'
import { nextSize } from './batch-size.ts'
import { withinDeadline } from './deadline.ts'
import { type Call, slowKeys } from './slow-keys.ts'
import { handleIn, type Keeping, type Kept, type Work } from './transact.ts'
import { waitingLine } from './waiting-line.ts'

export interface GroupCommitOptions extends Keeping {
  readonly database: Database
  /** How many events share a transaction at most. */
  readonly together: number
  readonly clock: Clock
}

/** Resolves when the work's effect is durable, rejects when nothing of it is kept. */
export type Keep = (work: Work) => Promise<void>

/** By then a shared transaction is given up; the key that it waited for shares none for a while. */
const SHARED_MS_MAX = 1_000
/** So many events of such keys run at once; more of them go among the others. */
const APART_MAX = 2

/** Each in a transaction of its own. */
export function keepAlone(options: Keeping & Pick<GroupCommitOptions, 'database'>): Keep {
  return async (work) => {
    const [kept] = await options.database.transaction((tx) => handleIn(tx, options, [work]))
    if (kept?.ok === false) throw kept.error
  }
}

interface Waiting {
  readonly work: Work
  readonly end: PromiseWithResolvers<void>
  /** The handler's latest call; it may outlive the transaction that it was made for. */
  call: HandlerCall | undefined
}

interface HandlerCall {
  readonly ended: Promise<unknown>
  readonly startMs: number
  /** Undefined while it runs. */
  endMs: number | undefined
}

/**
 * What comes while a transaction runs is the next one's: two that write the same rows in different
 * orders would deadlock. A shared transaction that fails or is given up leaves nothing behind: then
 * each of its events runs alone, and fails or succeeds alone. How many share one follows what they
 * take.
 */
export function keepTogether(options: GroupCommitOptions): Keep {
  const { together, clock } = options
  const alone = keepAlone(options)
  const slow = slowKeys(clock)
  const noting = (one: Waiting) => notingItsCall(one, clock)
  let size = together
  let apart = 0
  const enter = waitingLine<Waiting>({
    max: () => size,
    clock,
    namesOf,
    endOf: ({ end }) => end.promise,
    run: (batch) => (batch.length === 1 ? notLongerThan(SHARED_MS_MAX, batch) : share(batch)),
  })

  async function share(batch: readonly Waiting[]): Promise<void> {
    const startMs = clock.nowMs()
    try {
      endEach(batch, await handleTogether(options, batch.map(noting)))
    } catch {
      for (const one of batch) void runAlone(one)
    }
    size = nextSize(size, together, { count: batch.length, ms: clock.nowMs() - startMs })
    slow.note(callsOf(batch, clock.nowMs()))
  }

  async function runAlone(one: Waiting): Promise<void> {
    try {
      // A call that outlived the shared transaction ends first: never two of one event at once.
      await one.call?.ended.catch(() => {})
      one.end.resolve(await alone(noting(one)))
    } catch (error) {
      one.end.reject(error)
    }
  }

  /** The others wait for a lone event as long as for a shared transaction, and no longer. */
  async function notLongerThan(msMax: number, lone: readonly Waiting[]): Promise<void> {
    const waited = new AbortController()
    const ended = Promise.all(lone.map(runAlone)).then(() => waited.abort())
    await Promise.race([ended, sleep(clock, msMax, waited.signal)])
    slow.note(callsOf(lone, clock.nowMs()))
  }

  async function keepApart(work: Work): Promise<void> {
    apart += 1
    try {
      await alone(work)
    } finally {
      apart -= 1
    }
  }

  return (work) => {
    // What failed before is not let in again: it would cost the others a second run each time.
    if (work.delivery.attempt > 1 || work.delivery.redrives > 0) return alone(work)
    if (apart < APART_MAX && slow.has(keyOf(work.event))) return keepApart(work)
    const end = Promise.withResolvers<void>()
    enter({ work, end, call: undefined })
    return end.promise
  }
}

function endEach(batch: readonly Waiting[], kept: readonly Kept[]): void {
  for (const [at, { end }] of batch.entries()) {
    const one = kept[at]
    if (one?.ok === false) end.reject(one.error)
    else end.resolve()
  }
}

function notingItsCall(one: Waiting, clock: Clock): Work {
  const { work } = one
  return {
    ...work,
    handle(context) {
      const startMs = clock.nowMs()
      const ended = work.handle(context)
      const call: HandlerCall = { ended, startMs, endMs: undefined }
      one.call = call
      const noteEnd = () => void (call.endMs = clock.nowMs())
      ended.then(noteEnd, noteEnd)
      return ended
    },
  }
}

/** What each of the calls took, or has taken so far. */
function callsOf(batch: readonly Waiting[], nowMs: number): Call[] {
  return batch.flatMap(({ call, work: { event } }) =>
    call === undefined ? [] : [{ key: keyOf(event), ms: (call.endMs ?? nowMs) - call.startMs }],
  )
}

/** Rejects when one of them fails or their time is up; then nothing of any is kept. */
function handleTogether(options: GroupCommitOptions, works: readonly Work[]): Promise<Kept[]> {
  let isOver = false
  const giveUp = () => {
    isOver = true
  }
  return options.database.transaction(async (tx) => {
    try {
      return await withinDeadline(options.clock, SHARED_MS_MAX, { giveUp }, () =>
        handleIn(tx, options, works, () => isOver),
      )
    } catch (cause) {
      // As a deadlock it would be run again as it is; alone it is less likely to meet another.
      throw new Error('The transaction cannot be shared.', { cause })
    }
  })
}

/**
 * Lanes give one event of a key at a time. Even if they did not: of one key, and of one event id,
 * there is never more than one at work.
 */
function namesOf({ work: { event } }: Waiting): readonly string[] {
  return [keyOf(event), `id ${event.id}`]
}

const keyOf = ({ position, key }: DomainEvent): string => `key ${position.topic} ${key}`
