// The way to an attempt: free while the group's breaker is closed, one probe at a time while not.
import type { Clock } from '../clock.ts'
import { diagnostics } from '../diagnostics.ts'
import {
  afterAttempt,
  afterProbe,
  type Breaker,
  CLOSED,
  probing,
  type Verdict,
  withoutProbe,
} from './breaker.ts'

/** What an attempt was let through as; given back with its end. */
export type Pass = number

/** Any attempt while the breaker is closed; probes are counted from 1 on. */
const ORDINARY: Pass = 0
/** A probe that takes longer than handlers may is taken for failed, and the next one goes. */
const PROBE_MS_MAX = 60_000

export interface PassageOptions {
  readonly group: string
  readonly clock: Clock
  readonly random: () => number
}

export class Passage {
  readonly #options: PassageOptions
  #breaker: Breaker = CLOSED
  #probes = 0
  #cancelTimer = () => {}
  /** In the order in which they came, so that each probe is another key's. */
  readonly #waiting = new Set<(pass: Pass) => void>()

  constructor(options: PassageOptions) {
    this.#options = options
  }

  /** Lets an attempt begin, at once or later; undefined when `signal` ended the wait. */
  enter(signal: AbortSignal): Pass | Promise<Pass | undefined> {
    if (this.#breaker.is === 'closed') return ORDINARY
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(undefined)
      const end = () => {
        this.#waiting.delete(go)
        // Without anybody to let in no timer is needed, and none may keep a process alive.
        if (this.#waiting.size === 0 && this.#breaker.is === 'open') this.#cancelTimer()
        resolve(undefined)
      }
      const go = (pass: Pass) => {
        signal.removeEventListener('abort', end)
        resolve(pass)
      }
      signal.addEventListener('abort', end, { once: true })
      this.#waiting.add(go)
      this.#look()
    })
  }

  /** How the attempt came back; undefined when there was none after all. */
  ended(pass: Pass, key: string, verdict: Verdict | undefined): void {
    const { clock, random } = this.#options
    const breaker = this.#breaker
    if (pass === ORDINARY) {
      if (verdict === undefined || (verdict === 'ok' && breaker === CLOSED)) return
      this.#become(afterAttempt(breaker, { key, verdict, atMs: clock.nowMs() }, random))
    } else if (pass === this.#probes) {
      if (verdict === undefined) this.#become(withoutProbe(breaker))
      else this.#become(afterProbe(breaker, verdict, clock.nowMs(), random))
    }
  }

  #become(next: Breaker): void {
    const before = this.#breaker
    this.#breaker = next
    if (next === before || (before.is === 'closed' && next.is === 'closed')) return
    tell(this.#options.group, next)
    this.#look()
  }

  /** Lets in who may go now, or comes back when somebody may. */
  #look(): void {
    const { clock } = this.#options
    this.#cancelTimer()
    if (this.#breaker.is === 'closed') return this.#letAllIn()
    if (this.#breaker.is === 'probing') {
      const probe = this.#probes
      this.#cancelTimer = clock.after(PROBE_MS_MAX, () => this.ended(probe, '', 'outage'))
      return
    }
    const [first] = this.#waiting
    if (first === undefined) return
    const next = probing(this.#breaker, clock.nowMs())
    if (next === undefined) {
      const delayMs = this.#breaker.dueMs - clock.nowMs()
      this.#cancelTimer = clock.after(delayMs, () => this.#look())
      return
    }
    this.#waiting.delete(first)
    this.#probes += 1
    this.#become(next)
    first(this.#probes)
  }

  #letAllIn(): void {
    const all = [...this.#waiting]
    this.#waiting.clear()
    for (const go of all) go(ORDINARY)
  }
}

function tell(group: string, breaker: Breaker): void {
  if (breaker.is === 'closed') {
    diagnostics.breaker.publish({ group, state: 'closed' })
    return
  }
  const { cause, probes: failedProbes } = breaker
  const state = breaker.is === 'probing' ? 'probed' : 'opened'
  diagnostics.breaker.publish({ group, state, cause, failedProbes })
}
