// Publishes events straight to the log: for what is no consequence of a database write.
import { uuidv7 } from 'uuidv7'
import type { NewEvent } from './catalogue/event.ts'
import { type Clock, systemClock } from './clock.ts'
import { diagnostics } from './diagnostics.ts'
import { encode } from './envelope/encode.ts'
import type { Position, Trace } from './envelope/envelope.ts'
import { ClosedError, PublishError } from './errors.ts'
import type { EventLog, NewRecord } from './log/log.ts'

export interface ProducerOptions {
  readonly log: EventLog
  readonly clock?: Clock
  /** UUIDv7 unless a test says otherwise. */
  readonly newId?: () => string
}

/** Where the brokers have the event, and under which id. */
export interface Published extends Position {
  readonly id: string
}

export class DomainEventProducer {
  readonly #log: EventLog
  readonly #clock: Clock
  readonly #newId: () => string
  readonly #underway = new Set<Promise<unknown>>()
  #running = false

  constructor(options: ProducerOptions) {
    this.#log = options.log
    this.#clock = options.clock ?? systemClock
    this.#newId = options.newId ?? uuidv7
  }

  async start(): Promise<void> {
    // Asking for the brokers fails here, and not at the first event, when they cannot be reached.
    await this.#log.admin.brokerCount()
    this.#running = true
  }

  /** Waits for what is on its way; the log itself stays open. */
  async stop(): Promise<void> {
    this.#running = false
    await Promise.allSettled(this.#underway)
  }

  /** Resolves when the brokers have acknowledged; rejects with the cause when they will not. */
  async publish(event: NewEvent, trace: Trace = {}): Promise<Published> {
    const [published] = await this.publishAll([event], trace)
    return published as Published
  }

  /** As `publish`, in order per key; rejects when any of the events was refused. */
  async publishAll(events: readonly NewEvent[], trace: Trace = {}): Promise<Published[]> {
    if (!this.#running) throw new ClosedError('DomainEventProducer')
    const time = new Date(this.#clock.nowMs()).toISOString()
    const ids = events.map(() => this.#newId())
    const records = events.map((event, at) => encode(event, { ...trace, id: ids[at] ?? '', time }))
    const positions = await this.#append(records)
    for (const { definition } of events) {
      diagnostics.published.publish({ topic: definition.topic.name, type: definition.name })
    }
    return positions.map((position, at) => ({ id: ids[at] ?? '', ...position }))
  }

  async #append(records: readonly NewRecord[]): Promise<Position[]> {
    const appended = this.#log.append(records)
    this.#underway.add(appended)
    const results = await appended.finally(() => this.#underway.delete(appended))
    return results.map((result, at) => {
      const topic = records[at]?.topic ?? ''
      if (!result.ok) throw new PublishError(`Topic: ${topic}.`, { cause: result.error })
      return { topic, partition: result.partition, offset: result.offset }
    })
  }
}
