// The shared counts with this process's own before them: while they are away, its own decide.
import { type Clock, sleep } from 'sosik'
import { type Answer, type Ask, costMs, debtMsMax, type Rates } from './rates.ts'

export interface SharedRatesParts {
  readonly own: Rates
  readonly shared: Rates
  readonly clock: Clock
  /** Told once when the shared counts go away. */
  readonly onError: (error: Error) => void
}

/** Nobody waits longer for a count. */
export const ANSWER_MS_MAX = 100
/** What this process has counted under such a share of a limit it keeps to itself. */
const OWN_SHARE = 0.1
/** After a failure they are asked again, by one request. */
export const AWAY_MS = 1_000

export function sharedRates({ own, shared, clock, onError }: SharedRatesParts): Rates {
  let askAgainAtMs = 0
  let isAway = false

  async function inTime<Value>(asked: Promise<Value>): Promise<Value> {
    const answered = new AbortController()
    const late = sleep(clock, ANSWER_MS_MAX, answered.signal).then(() => {
      throw new Error(`The shared rate limits have not answered in ${ANSWER_MS_MAX} ms.`)
    })
    late.catch(() => {})
    return Promise.race([asked, late]).finally(() => answered.abort())
  }

  /** Undefined while the shared counts are away. */
  async function ask<Value>(call: () => Promise<Value>): Promise<Value | undefined> {
    if (clock.nowMs() < askAgainAtMs) return undefined
    if (isAway) askAgainAtMs = clock.nowMs() + AWAY_MS
    try {
      const value = await inTime(call())
      isAway = false
      askAgainAtMs = 0
      return value
    } catch (error) {
      askAgainAtMs = clock.nowMs() + AWAY_MS
      if (!isAway) onError(error as Error)
      isAway = true
      return undefined
    }
  }

  /**
   * What is too much for one process is too much for all, and what is little is of no interest to
   * them: then nobody else is asked.
   */
  async function both(name: 'take' | 'look', asks: readonly Ask[]): Promise<Answer> {
    const mine = await own[name](asks)
    const isMuch = asks.map(
      ({ rate }, at) => (mine.debtsMs[at] ?? 0) + costOf(name, rate) > OWN_SHARE * debtMsMax(rate),
    )
    const much = asks.filter((_, at) => isMuch[at])
    if (!mine.fits || much.length === 0) return mine
    const ours = await ask(() => shared[name](much))
    if (ours === undefined) return mine
    const debts = ours.debtsMs.values()
    const debtsMs = mine.debtsMs.map((own, at) => (isMuch[at] ? (debts.next().value ?? own) : own))
    return { fits: ours.fits, debtsMs }
  }

  return {
    take: (asks) => both('take', asks),
    look: (asks) => both('look', asks),
    async forget(keys) {
      // Most answers end no count, and whoever asks in vain sets a timer.
      if (keys.length === 0) return
      await own.forget(keys)
      await ask(() => shared.forget(keys))
    },
    async close() {
      await Promise.all([own.close(), shared.close()])
    },
  }
}

/** What a look would take counts as well: both ask the same counts. */
const costOf = (name: 'take' | 'look', rate: Ask['rate']): number =>
  name === 'look' ? costMs(rate) : 0
