// Takes what is unsent from the outbox to the log: its share of buckets, woken or by an easy poll.
import { uuidv7 } from 'uuidv7'
import { type Clock, sleep, systemClock } from '../clock.ts'
import { diagnostics } from '../diagnostics.ts'
import { errorCodeOf, StaleLeaseError } from '../errors.ts'
import type { EventLog } from '../log/log.ts'
import { createFlights, type Flights } from './flights.ts'
import type { Outbox } from './outbox.ts'
import { keepPurging } from './purge.ts'
import { tellTrouble } from './settle.ts'
import { type Lease, LEASE_MS, type Leases, type RelayStore } from './store.ts'

export interface RelayOptions {
  readonly store: RelayStore
  readonly log: Pick<EventLog, 'append'>
  /** Its commits in this process wake the relay at once. */
  readonly outbox?: Pick<Outbox, 'onCommit'>
  readonly clock?: Clock
  /** Who this relay is among the others; each start is another one. */
  readonly owner?: string
  /** How often it looks for what was written elsewhere while it is idle: 5 s at most. */
  readonly pollMsMax?: number
}

export interface Relay {
  start(): void
  /** Settles what is on its way and gives the buckets up. Idempotent. */
  stop(): Promise<void>
}

/** From one look at the outbox to the next: what is committed meanwhile goes together. */
const LOOK_MS_MIN = 10
const POLL_MS_MAX = 250
/** An append that takes longer is not waited for: what was committed meanwhile goes beside it. */
const SLOW_APPEND_MS = 50
const LEASE_RENEWAL_MS = LEASE_MS / 3
/** While others have too many buckets, or it has: what changes hands should not lie long. */
const UNFAIR_RENEWAL_MS = LEASE_MS / 15
const TAKE_ROWS_MAX = 1_000
const TAKE_BYTES_MAX = 8_388_608
/** On their way at once: far more than is taken at once, so a dead leader's rows stop no others. */
const FLYING_ROWS_MAX = 10_000
const FLYING_BYTES_MAX = 16_777_216
/** A try that its relay did not live to settle is made again after this time. */
const TRY_MS_MAX = 60_000

export function createRelay(options: RelayOptions): Relay {
  return new LeasedRelay(options)
}

class LeasedRelay implements Relay {
  readonly #store: RelayStore
  readonly #clock: Clock
  readonly #owner: string
  readonly #pollMsMax: number
  readonly #flights: Flights
  readonly #stopping = new AbortController()
  readonly #unsubscribe: (() => void) | undefined
  #running: Promise<unknown> | undefined
  #stopped: Promise<void> | undefined
  #wake = () => {}
  #isWoken = false
  /** What it may take rows of; its other buckets only wait for what is on its way. */
  #sendable: readonly Lease[] = []
  #leases: readonly Lease[] = []
  /** What waits behind held rows: looked for at each renewal, and until it is done. */
  #mustSetAside = false
  /** What the log said last while it was away, until that is written down. */
  #outage: Error | undefined
  #renewAtMs = Number.NEGATIVE_INFINITY
  #launchedAtMs = Number.NEGATIVE_INFINITY

  constructor(options: RelayOptions) {
    const { store, log, outbox, clock = systemClock, owner = uuidv7() } = options
    this.#store = store
    this.#clock = clock
    this.#owner = owner
    this.#pollMsMax = Math.min(options.pollMsMax ?? POLL_MS_MAX, LEASE_RENEWAL_MS)
    const { signal } = this.#stopping
    const away = (outage: Error) => {
      this.#outage = outage
    }
    const landed = () => this.#alarm()
    this.#flights = createFlights({ store, log, clock, signal, landed, away })
    this.#unsubscribe = outbox?.onCommit(() => {
      // What is on its way mostly ends in a moment, and then all that was committed meanwhile goes.
      const isSlow = clock.nowMs() - this.#launchedAtMs >= SLOW_APPEND_MS
      if (this.#flights.rows === 0 || isSlow) this.#alarm()
    })
  }

  start(): void {
    const { signal } = this.#stopping
    this.#running ??= Promise.all([this.#run(), keepPurging(this.#store, this.#clock, signal)])
  }

  stop(): Promise<void> {
    this.#stopped ??= (async () => {
      this.#stopping.abort()
      this.#unsubscribe?.()
      this.#alarm()
      await this.#running
      // Without the database there is no way to leave; then the leases end by themselves.
      await this.#store.leave(this.#owner).catch(tellTrouble)
    })()
    return this.#stopped
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    let pauseMs = LOOK_MS_MIN
    while (!signal.aborted || this.#flights.rows > 0) {
      this.#isWoken = false
      const lookedMs = this.#clock.nowMs()
      try {
        await this.#flights.settle(this.#leases)
        const taken = signal.aborted ? 0 : await this.#take()
        if (taken === TAKE_ROWS_MAX) continue
        pauseMs = taken > 0 ? LOOK_MS_MIN : Math.min(pauseMs * 2, this.#pollMsMax)
      } catch (error) {
        if (error instanceof StaleLeaseError) this.#renewAtMs = Number.NEGATIVE_INFINITY
        tellTrouble(error)
        pauseMs = this.#pollMsMax
      }
      await this.#pause(pauseMs)
      const leftMs = lookedMs + LOOK_MS_MIN - this.#clock.nowMs()
      if (leftMs > 0) await sleep(this.#clock, leftMs, signal)
    }
  }

  /** Puts what may go on its way; answers how many rows it was. */
  async #take(): Promise<number> {
    const nowMs = this.#clock.nowMs()
    if (nowMs >= this.#renewAtMs) await this.#renew(nowMs)
    const { rows: flying, bytes } = this.#flights
    const isFull = flying >= FLYING_ROWS_MAX || bytes >= FLYING_BYTES_MAX
    if (this.#mustSetAside) this.#mustSetAside = await this.#store.setAside(this.#leases)
    if (this.#sendable.length === 0 || isFull) return 0
    const rows = await this.#store.unsent(this.#query())
    this.#flights.launch(rows)
    if (rows.length > 0) this.#launchedAtMs = nowMs
    return rows.length
  }

  /** Keeps its buckets or gets its share of them, and tries held rows whose time has come. */
  async #renew(nowMs: number): Promise<void> {
    const outage = this.#outage
    this.#outage = undefined
    const failure = outage && { errorCode: errorCodeOf(outage), error: outage.message }
    const renewed = await this.#store.lease(this.#owner, this.#flights.buckets, failure)
    const { leases, leaving, isFair } = renewed
    this.#tellLost(renewed)
    this.#leases = leases
    this.#sendable = leases.filter(({ bucket }) => !leaving.includes(bucket))
    this.#renewAtMs = nowMs + (isFair ? LEASE_RENEWAL_MS : UNFAIR_RENEWAL_MS)
    this.#flights.retry(await this.#store.due(this.#query(), TRY_MS_MAX))
    this.#mustSetAside = true
  }

  /** What another relay has had meanwhile, even if it has given it back. */
  #tellLost({ leases, given }: Leases): void {
    const fences = new Map(leases.map(({ bucket, fence }) => [bucket, fence]))
    const lost = this.#leases.filter(
      ({ bucket, fence }) => !given.includes(bucket) && fences.get(bucket) !== fence,
    )
    if (lost.length === 0) return
    diagnostics.leasesLost.publish({ owner: this.#owner, buckets: lost.length })
  }

  #query() {
    const { lanes: busy } = this.#flights
    const bounds = { rowsMax: TAKE_ROWS_MAX, bytesMax: TAKE_BYTES_MAX }
    return { leases: this.#sendable, busy, ...bounds }
  }

  #alarm(): void {
    this.#isWoken = true
    this.#wake()
  }

  /** Ends early when something landed, or was committed while nothing was on its way. */
  async #pause(delayMs: number): Promise<void> {
    if (this.#isWoken) return
    // Not by a signal: this is once a batch, and a signal costs more than all the rest of it.
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(delayMs, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
  }
}
