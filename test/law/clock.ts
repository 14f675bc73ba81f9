// Time that passes only when the world says so.
import { setImmediate } from 'node:timers/promises'
import type { Clock } from 'sosik'

export interface LawClock extends Clock {
  /** Lets time pass, and whoever waits for it go on in the order of their times. */
  pass(ms: number): Promise<void>
}

interface Timer {
  readonly atMs: number
  readonly call: () => void
}

const START_MS = Date.parse('2026-01-27T12:00:00.000Z')
/** Two looks of three see another millisecond: what comes at one time has an order as well. */
const LOOKS_A_STEP = 3

export function lawClock(): LawClock {
  let nowMs = START_MS
  let looks = 0
  const timers = new Set<Timer>()
  const next = (untilMs: number) =>
    [...timers]
      .filter((one) => one.atMs <= untilMs)
      .reduce<Timer | undefined>(
        (first, one) => (first === undefined || one.atMs < first.atMs ? one : first),
        undefined,
      )
  return {
    nowMs() {
      looks += 1
      if (looks % LOOKS_A_STEP !== 0) nowMs += 1
      return nowMs
    },
    after(ms, call) {
      const timer = { atMs: nowMs + ms, call }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async pass(ms) {
      const untilMs = nowMs + ms
      for (let timer = next(untilMs); timer !== undefined; timer = next(untilMs)) {
        timers.delete(timer)
        nowMs = Math.max(nowMs, timer.atMs)
        timer.call()
        await setImmediate()
      }
      nowMs = Math.max(nowMs, untilMs)
    },
  }
}
