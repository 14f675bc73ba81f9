// Time that passes only when the world says so.
import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from 'sosik'

export interface LawClock extends Clock {
  /** From here on the same calls see the same times again, only later. */
  begin(): void
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

  function next(untilMs: number): Timer | undefined {
    const [first] = [...timers].sort((left, right) => left.atMs - right.atMs)
    return first !== undefined && first.atMs <= untilMs ? first : undefined
  }

  return {
    begin: () => void (looks = 0),
    nowMs() {
      looks += 1
      if (looks % LOOKS_A_STEP !== 0) nowMs += 1
      return nowMs
    },
    after(ms, call) {
      if (ms <= 0) {
        const next = setImmediate(call)
        return () => clearImmediate(next)
      }
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
        await turn()
      }
      nowMs = Math.max(nowMs, untilMs)
    },
  }
}
