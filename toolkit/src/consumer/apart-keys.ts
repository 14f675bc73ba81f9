// The rule of which keys share no transaction for a while: who keeps the others waiting, and who
// waits for them all the time.
import type { Clock } from '../clock.ts'

export interface Call {
  readonly key: string
  readonly ms: number
}

export interface ApartKeys {
  has(key: string): boolean
  /** What the calls of one transaction took. */
  note(calls: readonly Call[]): void
}

/** Quicker calls are slow for nobody. */
const SLOW_MS = 100
/** One event of a key shares a transaction: a key that is in so many running has more to do. */
export const RUN_MAX = 8
/** Of fewer events a transaction is short, and a key's turn comes soon. */
export const MANY = 8
/** Then it is tried among the others again. */
export const APART_MS = 10_000
const KEYS_MAX = 1_000

export function apartKeys(clock: Clock): ApartKeys {
  const until = new Map<string, number>()
  /** In how many transactions of many events, one after the other, each key of the last one was. */
  let runs = new Map<string, number>()

  function setApart(key: string): void {
    // The oldest goes first: it is tried again all the sooner.
    until.delete(key)
    until.set(key, clock.nowMs() + APART_MS)
    const [oldest] = until.keys()
    if (until.size > KEYS_MAX && oldest !== undefined) until.delete(oldest)
  }

  return {
    has: (key) => (until.get(key) ?? 0) > clock.nowMs(),
    note(calls) {
      const many = calls.length < MANY ? [] : calls
      runs = new Map(many.map(({ key }) => [key, (runs.get(key) ?? 0) + 1]))
      const slow = slowOf(calls)
      if (slow !== undefined) setApart(slow.key)
      for (const [key, run] of runs) if (run >= RUN_MAX) setApart(key)
    },
  }
}

/**
 * A call is slow when it takes longer than all the others of its transaction together: where the
 * machine is what is slow, all of them are.
 */
function slowOf(calls: readonly Call[]): Call | undefined {
  const totalMs = calls.reduce((sum, { ms }) => sum + ms, 0)
  return calls.find(({ ms }) => ms > SLOW_MS && ms > totalMs - ms)
}
