// The rule of which keys share no transaction for a while: those that keep the others waiting.
import type { Clock } from '../clock.ts'

export interface Call {
  readonly key: string
  readonly ms: number
}

export interface SlowKeys {
  has(key: string): boolean
  /** What the calls of one transaction took. */
  note(calls: readonly Call[]): void
}

/** Quicker calls are slow for nobody. */
const SLOW_MS = 100
/** Then it is tried among the others again. */
export const APART_MS = 10_000
const KEYS_MAX = 1_000

/**
 * A call is slow when it takes longer than all the others of its transaction together: where the
 * machine is what is slow, all of them are.
 */
export function slowKeys(clock: Clock): SlowKeys {
  const until = new Map<string, number>()
  return {
    has: (key) => (until.get(key) ?? 0) > clock.nowMs(),
    note(calls) {
      const totalMs = calls.reduce((sum, { ms }) => sum + ms, 0)
      const slow = calls.find(({ ms }) => ms > SLOW_MS && ms > totalMs - ms)
      if (slow === undefined) return
      // The oldest goes first: it is tried again all the sooner.
      until.delete(slow.key)
      until.set(slow.key, clock.nowMs() + APART_MS)
      const [oldest] = until.keys()
      if (until.size > KEYS_MAX && oldest !== undefined) until.delete(oldest)
    },
  }
}
