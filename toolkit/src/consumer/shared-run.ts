// One run of a shared transaction: what is kept of its events, or who of them spoiled it.
import type { Clock } from '../clock.ts'
import { HandlerTimeoutError } from '../errors.ts'
import type { Database, Transaction } from '../postgres/sql.ts'
import { withinDeadline } from './deadline.ts'
import { handleIn, type Keeping, type Kept, type Work } from './transact.ts'

export interface SharedRunOptions extends Keeping {
  readonly database: Database
  readonly clock: Clock
  /** A call may take so long, or as long as all before it in the transaction. */
  readonly callMsMax: number
}

/** By then a shared transaction is given up, and each of its events runs alone. */
export const SHARED_MS_MAX = 1_000

export interface Waiting {
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

export interface SharedRun {
  /** Undefined when nothing of any of them is kept. */
  readonly kept?: readonly Kept[]
  /** The one whose handler failed, or took too long beside the others. */
  readonly spoiler?: Waiting | undefined
}

/** The events' handlers one after the other; nothing of any is kept unless all is. */
export async function handleTogether(
  options: SharedRunOptions,
  batch: readonly Waiting[],
): Promise<SharedRun> {
  const { clock, database, callMsMax } = options
  let isOver = false
  let spoiler: Waiting | undefined
  const giveUp = () => {
    isOver = true
  }
  const spoilt = Promise.withResolvers<never>()
  const spoil = (one: Waiting, error: unknown) => {
    spoiler ??= one
    giveUp()
    spoilt.reject(error)
  }
  const run = (tx: Transaction) => {
    const sinceMs = clock.nowMs()
    const works = batch.map((one) => watched(one, { clock, callMsMax, sinceMs, spoil }))
    return Promise.race([spoilt.promise, handleIn(tx, options, works, () => isOver)])
  }
  try {
    const kept = await database.transaction(async (tx) => {
      try {
        return await withinDeadline(clock, SHARED_MS_MAX, { giveUp }, () => run(tx))
      } catch (cause) {
        // As a deadlock it would be run again as it is; without this one it is less likely to be.
        throw new Error('The transaction cannot be shared.', { cause })
      }
    })
    return { kept }
  } catch {
    // Why, each of them learns when it runs alone.
    return { spoiler }
  }
}

interface Watch {
  readonly clock: Clock
  readonly callMsMax: number
  /** When its transaction began. */
  readonly sinceMs: number
  readonly spoil: (one: Waiting, error: unknown) => void
}

/** Says when its call fails, or keeps on for longer than all before it in the transaction. */
function watched(one: Waiting, { clock, callMsMax, sinceMs, spoil }: Watch): Work {
  const work = notingItsCall(one, clock)
  return {
    ...work,
    async handle(context) {
      const msMax = Math.max(callMsMax, clock.nowMs() - sinceMs)
      const tooSlow = new HandlerTimeoutError(`The others of its transaction wait ${msMax} ms.`)
      const cancel = clock.after(msMax, () => spoil(one, tooSlow))
      try {
        return await work.handle(context)
      } catch (error) {
        spoil(one, error)
        throw error
      } finally {
        cancel()
      }
    },
  }
}

/** Also notes when its call began and ended. */
export function notingItsCall(one: Waiting, clock: Clock): Work {
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
