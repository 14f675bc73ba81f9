// Group commit: effects of different keys that wait at the same time share one transaction.
import { type Clock, sleep } from '../clock.ts'
import type { DomainEvent } from '../envelope/envelope.ts'
import type { Database } from '../postgres/sql.ts'
import { apartKeys, type Call } from './apart-keys.ts'
import { nextSize } from './batch-size.ts'
import { handleTogether, notingItsCall, SHARED_MS_MAX, type Waiting } from './shared-run.ts'
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

/**
 * One call that takes longer leaves its shared transaction, if it also takes longer than all before
 * it there and than the last whole transaction took: where the machine is slow, all calls are.
 */
const CALL_MS_MAX = 150
/** What one event spoils is run again without it; so many runs at most, then each runs alone. */
const RUNS_MAX = 3
/** So many events run beside the others at once; more of such keys go among the others. */
const APART_MAX = 2

/** Each in a transaction of its own. */
export function keepAlone(options: Keeping & Pick<GroupCommitOptions, 'database'>): Keep {
  return async (work) => {
    const [kept] = await options.database.transaction((tx) => handleIn(tx, options, [work]))
    if (kept?.ok === false) throw kept.error
  }
}

/**
 * What comes while a transaction runs is the next one's: two that write the same rows in different
 * orders would deadlock. A shared transaction that fails or is given up leaves nothing behind: its
 * events run again, without the one that spoiled it, which fails or succeeds alone. How many share
 * one follows what they take.
 */
export function keepTogether(options: GroupCommitOptions): Keep {
  const { together, clock } = options
  const alone = keepAlone(options)
  const keysApart = apartKeys(clock)
  let size = together
  let lastMs = 0
  let apart = 0
  const callMsMax = () => Math.min(SHARED_MS_MAX, Math.max(CALL_MS_MAX, lastMs))
  const enter = waitingLine<Waiting>({
    max: () => size,
    clock,
    namesOf,
    endOf: ({ end }) => end.promise,
    run: (batch) => runBatch(batch, RUNS_MAX),
  })

  async function runBatch(batch: readonly Waiting[], runsMax: number): Promise<void> {
    const [first, ...others] = batch
    if (first !== undefined) await (others.length === 0 ? runLone(first) : share(batch, runsMax))
  }

  async function share(batch: readonly Waiting[], runsMax: number): Promise<void> {
    const startMs = clock.nowMs()
    const { kept, spoiler } = await handleTogether({ ...options, callMsMax: callMsMax() }, batch)
    const ms = clock.nowMs() - startMs
    size = nextSize(size, together, { count: batch.length, ms })
    if (kept !== undefined) lastMs = ms
    keysApart.note(callsOf(batch, clock.nowMs()))
    if (kept !== undefined) return endEach(batch, kept)
    if (spoiler === undefined || runsMax === 1) {
      for (const one of batch) void runAlone(one)
      return
    }
    void runAlone(spoiler)
    const rest = batch.filter((one) => one !== spoiler)
    await runBatch(rest, runsMax - 1)
  }

  async function runAlone(one: Waiting): Promise<void> {
    apart += 1
    try {
      // A call that outlived the shared transaction ends first: never two of one event at once.
      await one.call?.ended.catch(() => {})
      one.end.resolve(await alone(notingItsCall(one, clock)))
    } catch (error) {
      one.end.reject(error)
    } finally {
      apart -= 1
    }
  }

  /** The others wait for a lone event no longer than for one among them, unless many are apart. */
  async function runLone(one: Waiting): Promise<void> {
    const waited = new AbortController()
    const msMax = apart < APART_MAX ? callMsMax() : SHARED_MS_MAX
    const ended = runAlone(one).then(() => waited.abort())
    await Promise.race([ended, sleep(clock, msMax, waited.signal)])
    keysApart.note(callsOf([one], clock.nowMs()))
  }

  return (work) => {
    // What failed before is not let in again: it would cost the others a second run each time.
    if (work.delivery.attempt > 1 || work.delivery.redrives > 0) return alone(work)
    const one: Waiting = { work, end: Promise.withResolvers<void>(), call: undefined }
    if (apart < APART_MAX && keysApart.has(keyOf(work.event))) void runAlone(one)
    else enter(one)
    return one.end.promise
  }
}

function endEach(batch: readonly Waiting[], kept: readonly Kept[]): void {
  for (const [at, { end }] of batch.entries()) {
    const one = kept[at]
    if (one?.ok === false) end.reject(one.error)
    else end.resolve()
  }
}

/** What each of the calls took, or has taken so far. */
function callsOf(batch: readonly Waiting[], nowMs: number): Call[] {
  return batch.flatMap(({ call, work: { event } }) =>
    call === undefined ? [] : [{ key: keyOf(event), ms: (call.endMs ?? nowMs) - call.startMs }],
  )
}

/**
 * Lanes give one event of a key at a time. Even if they did not: of one key, and of one event id,
 * there is never more than one at work.
 */
function namesOf({ work: { event } }: Waiting): readonly string[] {
  return [keyOf(event), `id ${event.id}`]
}

const keyOf = ({ position, key }: DomainEvent): string => `key ${position.topic} ${key}`
