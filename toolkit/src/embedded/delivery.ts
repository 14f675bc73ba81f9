// Delivery to one member: one bounded read a turn, each partition with news in its turn.
import { LogUnavailableError, OffsetOutOfRangeError } from '../errors.ts'
import type { GroupListener, LogRecord } from '../log/log.ts'
import type { Broker } from './broker.ts'
import type { Claim } from './claim.ts'
import { placeOf } from '../log/place.ts'

/** How long reading rests after the storage failed. */
export const READ_RETRY_DELAY_MS = 1000

export class Delivery {
  readonly #broker: Broker
  readonly #listener: GroupListener
  readonly #fetchBytesMax: number
  readonly #ready = new Set<Claim>()
  #cancelTurn: (() => void) | undefined

  constructor(broker: Broker, listener: GroupListener, fetchBytesMax: number) {
    this.#broker = broker
    this.#listener = listener
    this.#fetchBytesMax = fetchBytesMax
  }

  /** The claim may have records to deliver from now on. */
  wake(claim: Claim): void {
    this.#ready.add(claim)
    this.#schedule(0)
  }

  stop(): void {
    this.#ready.clear()
    this.#cancelTurn?.()
  }

  #schedule(delayMs: number): void {
    this.#cancelTurn ??= this.#broker.clock.after(delayMs, () => {
      this.#turn()
    })
  }

  #turn(): void {
    this.#cancelTurn = undefined
    const [claim] = this.#ready
    if (!claim) return
    this.#ready.delete(claim)
    const { topic, partition, phase, paused } = claim
    let records: LogRecord[]
    try {
      records = phase === 'reading' && !paused ? this.#take(claim) : []
    } catch (cause) {
      this.#ready.add(claim)
      this.#schedule(READ_RETRY_DELAY_MS)
      this.#listener.trouble(new LogUnavailableError(`No read of ${placeOf(claim)}.`, { cause }))
      return
    }
    if (this.#ready.size > 0) this.#schedule(0)
    if (records.length > 0) this.#listener.records({ topic, partition }, records)
  }

  /** Reads on; what is not in the log any more is passed over, and told. */
  #take(claim: Claim): LogRecord[] {
    const { storage } = this.#broker
    const { earliest, next } = storage.bounds(claim)
    if (claim.next < earliest || claim.next > next) {
      const detail = `${placeOf(claim)}: ${claim.next} was next, the earliest is ${earliest}.`
      claim.next = earliest
      this.#listener.trouble(new OffsetOutOfRangeError(detail))
    }
    if (claim.next === next) return []
    const records = storage.read(claim, claim.next, this.#fetchBytesMax)
    claim.next += BigInt(records.length)
    if (claim.next < next) this.#ready.add(claim)
    return records
  }
}
