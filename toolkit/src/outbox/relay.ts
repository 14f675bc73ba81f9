// Takes what is unsent from the outbox to the log: one relay at a time, woken or by an easy poll.
import { uuidv7 } from 'uuidv7'
import { type Clock, sleep, systemClock } from '../clock.ts'
import { diagnostics } from '../diagnostics.ts'
import type { EventLog } from '../log/log.ts'
import type { Database } from '../postgres/sql.ts'
import { purgeSent, sendBatch } from './batch.ts'
import { inboxPurge } from './inbox.ts'
import { giveLeaseUp, holdLease, LEASE_MS } from './lease.ts'
import type { Outbox } from './outbox.ts'

export interface RelayOptions {
  readonly database: Database
  readonly log: EventLog
  /** Its commits in this process wake the relay at once. */
  readonly outbox?: Outbox
  readonly clock?: Clock
}

export interface Relay {
  start(): void
  /** Finishes the batch in hand and gives the lease up. Idempotent. */
  stop(): Promise<void>
}

const POLL_MS_MIN = 5
const POLL_MS_MAX = 250
const FAILURE_PAUSE_MS = 500
const LEASE_RENEWAL_MS = LEASE_MS / 3
const PURGE_INTERVAL_MS = 60_000
const LEASE_NAME = 'relay'

export function createRelay(options: RelayOptions): Relay {
  return new LeasedRelay(options)
}

class LeasedRelay implements Relay {
  readonly #database: Database
  readonly #log: EventLog
  readonly #clock: Clock
  readonly #owner = uuidv7()
  readonly #stopping = new AbortController()
  readonly #unsubscribe: (() => void) | undefined
  #running: Promise<void> | undefined
  #wake = () => {}
  #woken = false
  #leasedAtMs = Number.NEGATIVE_INFINITY
  #purgedAtMs = Number.NEGATIVE_INFINITY

  constructor({ database, log, outbox, clock = systemClock }: RelayOptions) {
    this.#database = database
    this.#log = log
    this.#clock = clock
    this.#unsubscribe = outbox?.onCommit(() => {
      this.#woken = true
      this.#wake()
    })
  }

  start(): void {
    this.#running ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#unsubscribe?.()
    await this.#running
    await giveLeaseUp(this.#database, LEASE_NAME, this.#owner)
  }

  async #run(): Promise<void> {
    let pauseMs = POLL_MS_MIN
    while (!this.#stopping.signal.aborted) {
      this.#woken = false
      try {
        if ((await this.#turn()) > 0) {
          pauseMs = POLL_MS_MIN
          continue
        }
        await this.#pause(pauseMs)
        pauseMs = Math.min(pauseMs * 2, POLL_MS_MAX)
      } catch (error) {
        diagnostics.trouble.publish({ part: 'relay', error: error as Error })
        await sleep(this.#clock, FAILURE_PAUSE_MS, this.#stopping.signal)
      }
    }
  }

  /** Answers how many rows were sent; 0 also while another relay is at it. */
  async #turn(): Promise<number> {
    if (!(await this.#leased())) return 0
    const sent = await sendBatch(this.#database, this.#log)
    if (sent === 0) await this.#purge()
    return sent
  }

  async #leased(): Promise<boolean> {
    const nowMs = this.#clock.nowMs()
    if (nowMs - this.#leasedAtMs < LEASE_RENEWAL_MS) return true
    if (!(await holdLease(this.#database, LEASE_NAME, this.#owner))) return false
    this.#leasedAtMs = nowMs
    return true
  }

  async #purge(): Promise<void> {
    const nowMs = this.#clock.nowMs()
    if (nowMs - this.#purgedAtMs < PURGE_INTERVAL_MS) return
    const sentMore = await purgeSent(this.#database, new Date(nowMs))
    const handledMore = await inboxPurge(this.#database, new Date(nowMs))
    if (!sentMore && !handledMore) this.#purgedAtMs = nowMs
  }

  /** Ends early when a commit of this process stored something, also just before the pause. */
  async #pause(delayMs: number): Promise<void> {
    if (this.#woken) return
    const waking = new AbortController()
    this.#wake = () => waking.abort()
    await sleep(this.#clock, delayMs, AbortSignal.any([waking.signal, this.#stopping.signal]))
  }
}
