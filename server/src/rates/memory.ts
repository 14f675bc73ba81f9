// Counts that live in this process: all there is on embedded parts, a first look on real ones.
import type { Clock } from 'sosik'
import { type Answer, type Ask, costMs, hasRoom, type Rates } from './rates.ts'

/** The counts that were raised longest ago go first; each is about a hundred bytes. */
export const COUNTS_MAX = 100_000

export function memoryRates(clock: Clock): Rates {
  /** When each count is paid off, in the order of their last raise. */
  const paidAtMs = new Map<string, number>()

  function answer(asks: readonly Ask[], nowMs: number): Answer {
    const debtsMs = asks.map(({ key }) => Math.max(0, (paidAtMs.get(key) ?? 0) - nowMs))
    return { fits: asks.every(({ rate }, at) => hasRoom(debtsMs[at] ?? 0, rate)), debtsMs }
  }

  function raise({ key, rate }: Ask, nowMs: number): number {
    const at = Math.max(paidAtMs.get(key) ?? 0, nowMs) + costMs(rate)
    paidAtMs.delete(key)
    paidAtMs.set(key, at)
    return at - nowMs
  }

  function forgetOldest(): void {
    for (const key of paidAtMs.keys()) {
      if (paidAtMs.size <= COUNTS_MAX) return
      paidAtMs.delete(key)
    }
  }

  return {
    async take(asks) {
      const nowMs = clock.nowMs()
      const before = answer(asks, nowMs)
      if (!before.fits) return before
      const debtsMs = asks.map((ask) => raise(ask, nowMs))
      forgetOldest()
      return { fits: true, debtsMs }
    },
    async look(asks) {
      return answer(asks, clock.nowMs())
    },
    async forget(keys) {
      for (const key of keys) paidAtMs.delete(key)
    },
    async close() {
      paidAtMs.clear()
    },
  }
}
