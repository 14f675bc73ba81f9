// Takes what is unsent from the outbox to the log: its share of buckets, woken or by an easy poll.
import { uuidv7 } from 'uuidv7'
import { type Clock, sleep, systemClock } from '../clock.ts'
import { diagnostics } from '../diagnostics.ts'
import { StaleLeaseError } from '../errors.ts'
import type { EventLog } from '../log/log.ts'
import { createFlights, type Flights } from './flights.ts'
import type { Outbox } from './outbox.ts'
import { type Lease, LEASE_MS, type RelayStore } from './store.ts'

export interface RelayOptions {
  readonly store: RelayStore
  readonly log: Pick<EventLog, 'append'>
  /** Its commits in this process wake the relay at once. */
  readonly outbox?: Outbox
  readonly clock?: Clock
  /** Who this relay is among the others; each start is another one. */
  readonly owner?: string
}

export interface Relay {
  start(): void
  /** Settles what is on its way and gives the buckets up. Idempotent. */
  stop(): Promise<void>
}

const POLL_MS_MIN = 5
const POLL_MS_MAX = 250
const LEASE_RENEWAL_MS = LEASE_MS / 3
const PURGE_INTERVAL_MS = 60_000
/** Rows on their way at once; more wait in the outbox. */
const ROWS_MAX = 1_000
const BYTES_MAX = 8_388_608
/** A try that its relay did not live to settle is made again after this time. */
const TRY_MS_MAX = 60_000

export function createRelay(options: RelayOptions): Relay {
  return new LeasedRelay(options)
}

class LeasedRelay implements Relay {
  readonly #store: RelayStore
  readonly #clock: Clock
  readonly #owner: string
  readonly #flights: Flights
  readonly #stopping = new AbortController()
  readonly #unsubscribe: (() => void) | undefined
  #running: Promise<void> | undefined
  #stopped: Promise<void> | undefined
  #wake = () => {}
  #isWoken = false
  /** What it may take rows of; its other buckets only wait for what is on its way. */
  #sendable: readonly Lease[] = []
  #leases: readonly Lease[] = []
  #leasedAtMs = Number.NEGATIVE_INFINITY
  #purgedAtMs = Number.NEGATIVE_INFINITY

  constructor({ store, log, outbox, clock = systemClock, owner = uuidv7() }: RelayOptions) {
    this.#store = store
    this.#clock = clock
    this.#owner = owner
    const { signal } = this.#stopping
    this.#flights = createFlights({ store, log, clock, signal, landed: () => this.#alarm() })
    this.#unsubscribe = outbox?.onCommit(() => {
      // What is on its way ends in a moment, and then all that was committed meanwhile goes.
      if (this.#flights.rows === 0) this.#alarm()
    })
  }

  start(): void {
    this.#running ??= this.#run()
  }

  stop(): Promise<void> {
    this.#stopped ??= (async () => {
      this.#stopping.abort()
      this.#unsubscribe?.()
      this.#alarm()
      await this.#running
      await this.#store.leave(this.#owner)
    })()
    return this.#stopped
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    let pauseMs = POLL_MS_MIN
    while (!signal.aborted || this.#flights.rows > 0) {
      this.#isWoken = false
      try {
        await this.#flights.settle(this.#leases)
        const taken = signal.aborted ? 0 : await this.#take()
        if (taken === ROWS_MAX) continue
        pauseMs = taken > 0 ? POLL_MS_MIN : Math.min(pauseMs * 2, POLL_MS_MAX)
      } catch (error) {
        if (error instanceof StaleLeaseError) this.#leasedAtMs = Number.NEGATIVE_INFINITY
        diagnostics.trouble.publish({ part: 'relay', error: error as Error })
        pauseMs = POLL_MS_MAX
      }
      await this.#pause(pauseMs)
    }
  }

  /** Puts what may go on its way; answers how many rows it was. */
  async #take(): Promise<number> {
    const nowMs = this.#clock.nowMs()
    if (nowMs - this.#leasedAtMs >= LEASE_RENEWAL_MS) await this.#renew(nowMs)
    const rowsMax = ROWS_MAX - this.#flights.rows
    if (this.#sendable.length === 0 || rowsMax <= 0) return 0
    const rows = await this.#store.unsent(this.#query(rowsMax))
    this.#flights.launch(rows)
    if (rows.length === 0 && this.#flights.rows === 0) await this.#purge(nowMs)
    return rows.length
  }

  /** Keeps its buckets or gets its share of them, and tries held rows whose time has come. */
  async #renew(nowMs: number): Promise<void> {
    const { leases, leaving } = await this.#store.lease(this.#owner, this.#flights.buckets)
    this.#leases = leases
    this.#sendable = leases.filter(({ bucket }) => !leaving.includes(bucket))
    this.#leasedAtMs = nowMs
    this.#flights.retry(await this.#store.due(this.#query(ROWS_MAX), TRY_MS_MAX))
  }

  #query(rowsMax: number) {
    const { lanes: busy } = this.#flights
    return { leases: this.#sendable, busy, rowsMax, bytesMax: BYTES_MAX }
  }

  async #purge(nowMs: number): Promise<void> {
    if (nowMs - this.#purgedAtMs < PURGE_INTERVAL_MS) return
    const isMore = await this.#store.purge(nowMs)
    if (!isMore) this.#purgedAtMs = nowMs
  }

  #alarm(): void {
    this.#isWoken = true
    this.#wake()
  }

  /** Ends early when something landed, or was committed while nothing was on its way. */
  async #pause(delayMs: number): Promise<void> {
    if (this.#isWoken) return
    const waking = new AbortController()
    this.#wake = () => waking.abort()
    await sleep(this.#clock, delayMs, waking.signal)
  }
}
