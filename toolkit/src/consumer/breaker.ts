// When a group stops trying: the rules by which its breaker opens, probes and closes.
import { type Backoff, backoffMs } from './backoff.ts'
import type { FailureKind } from './failure.ts'

/** How an attempt came back. A permanent failure is an answer: the world is well enough for it. */
export type Verdict = 'ok' | FailureKind

/** Why it is open: something is away, or so much fails that the world is broken, not a record. */
export type BreakerCause = 'outage' | 'rate'

interface Attempted {
  readonly key: string
  readonly hasFailed: boolean
  readonly atMs: number
}

export type Breaker =
  | {
      readonly is: 'closed'
      /** The last attempts; empty while none of them failed. */
      readonly recent: readonly Attempted[]
    }
  | {
      readonly is: 'open' | 'probing'
      readonly cause: BreakerCause
      /** Probes in a row that failed. */
      readonly probes: number
      /** From when on one record may be let through. */
      readonly dueMs: number
    }

/** The share of failures is taken of this many attempts at most, and of none older than this. */
const RECENT_ATTEMPTS_MAX = 50
const RECENT_MS_MAX = 30_000
const RATE_ATTEMPTS_MIN = 10
const RATE_KEYS_MIN = 5
const RATE_FAILED_MIN = 0.8

const BACKOFF: Readonly<Record<BreakerCause, Backoff>> = {
  outage: { delayMsMin: 250, delayMsMax: 5_000 },
  // Here each probe costs a record an attempt.
  rate: { delayMsMin: 1_000, delayMsMax: 30_000 },
}

export const CLOSED: Breaker = { is: 'closed', recent: [] }

/** After an ordinary attempt. One that came back late, when it is open already, tells nothing. */
export function afterAttempt(
  breaker: Breaker,
  attempted: { readonly key: string; readonly verdict: Verdict; readonly atMs: number },
  random: () => number,
): Breaker {
  const { key, verdict, atMs } = attempted
  if (breaker.is !== 'closed') return breaker
  if (verdict === 'outage') return opened('outage', 0, atMs, random)
  const hasFailed = verdict === 'unknown'
  if (!hasFailed && breaker.recent.length === 0) return breaker
  const since = breaker.recent.filter((one) => one.atMs > atMs - RECENT_MS_MAX)
  const recent = [...since.slice(1 - RECENT_ATTEMPTS_MAX), { key, hasFailed, atMs }]
  const failed = recent.filter((one) => one.hasFailed)
  if (failed.length === 0) return CLOSED
  const isBroken =
    recent.length >= RATE_ATTEMPTS_MIN &&
    failed.length >= recent.length * RATE_FAILED_MIN &&
    new Set(failed.map((one) => one.key)).size >= RATE_KEYS_MIN
  return isBroken ? opened('rate', 0, atMs, random) : { is: 'closed', recent }
}

/** One record is let through: the answer, or undefined when it is too early or not open. */
export function probing(breaker: Breaker, nowMs: number): Breaker | undefined {
  if (breaker.is !== 'open' || nowMs < breaker.dueMs) return undefined
  return { ...breaker, is: 'probing' }
}

/** What is away is back when a probe fails of something else: that one pays for itself. */
export function afterProbe(
  breaker: Breaker,
  verdict: Verdict,
  nowMs: number,
  random: () => number,
): Breaker {
  if (breaker.is !== 'probing') return breaker
  if (verdict === 'outage') return opened('outage', breaker.probes + 1, nowMs, random)
  if (verdict === 'unknown' && breaker.cause === 'rate') {
    return opened('rate', breaker.probes + 1, nowMs, random)
  }
  return CLOSED
}

/** The probe was given up before it could tell: the next one may go at once. */
export function withoutProbe(breaker: Breaker): Breaker {
  return breaker.is === 'probing' ? { ...breaker, is: 'open' } : breaker
}

/** Due at a whole millisecond, for clocks have no finer ones: a timer would be early for ever. */
function opened(cause: BreakerCause, probes: number, nowMs: number, random: () => number): Breaker {
  const dueMs = nowMs + Math.ceil(backoffMs(BACKOFF[cause], probes + 1, random))
  return { is: 'open', cause, probes, dueMs }
}
