// Watches what is accepted and what lies in the log: all of it, nothing else, each key in order.
import { coordinates } from '../envelope/decode.ts'
import { readHeaders } from '../envelope/headers.ts'
import { textOf } from '../envelope/text.ts'
import type { LogRecord } from '../log/log.ts'
import { placeOf } from '../log/place.ts'
import type { OutboxRow } from '../outbox/store.ts'
import type { World } from './world.ts'

/** An event in the log, where it came first. */
export interface Logged {
  readonly eventId: string
  readonly type: string
  /** Topic and key: within a line everything has its order. */
  readonly line: string
  readonly topic: string
  readonly offset: bigint
}

interface Line {
  /** In the order of their ids. */
  readonly rows: OutboxRow[]
  /** How many of them lie in the log. */
  logged: number
}

const lineOf = (topic: string, key: Uint8Array | null) =>
  `${topic}/${key === null ? '' : textOf(key)}`

export class Published {
  readonly #world: () => World
  readonly #lines = new Map<string, Line>()
  /** By event id. */
  readonly accepted = new Map<string, OutboxRow>()
  readonly logged = new Map<string, Logged>()
  /** By place and offset, also where it came again. */
  readonly #at = new Map<string, Logged>()

  constructor(world: () => World) {
    this.#world = world
  }

  /** Whether all that was accepted lies in the log. */
  get isComplete(): boolean {
    return this.accepted.size === this.logged.size
  }

  /** The accepted events of a line, in their order. */
  lineOf(name: string): readonly OutboxRow[] {
    return this.#lines.get(name)?.rows ?? []
  }

  /** What lies there; undefined when nothing has been seen to be put there. */
  at(place: string, offset: bigint): Logged | undefined {
    return this.#at.get(`${place}/${offset}`)
  }

  accept(rows: readonly OutboxRow[]): void {
    for (const row of rows) {
      const name = lineOf(row.topic, row.key)
      const line = this.#lines.get(name) ?? { rows: [], logged: 0 }
      this.#lines.set(name, line)
      line.rows.push(row)
      this.accepted.set(row.eventId, row)
      this.#world().history.tell('world', `accepts ${row.eventType} ${row.eventId} of ${name}`)
    }
  }

  log(record: LogRecord): void {
    const { id = coordinates(record), type = '' } = readHeaders(record.headers)
    const world = this.#world()
    const name = lineOf(record.topic, record.key)
    world.history.tell('log', `${id} at ${record.topic}/${record.partition}/${record.offset}`)
    const row = this.accepted.get(id)
    if (row === undefined) return world.violated(`${id} lies in the log, but nobody accepted it`)
    if (textOf(row.value) !== textOf(record.value ?? new Uint8Array())) {
      world.violated(`${id} lies in the log with another payload`)
    }
    const { topic, offset } = record
    const logged: Logged = { eventId: id, type, line: name, topic, offset }
    this.#at.set(`${placeOf(record)}/${offset}`, logged)
    if (this.logged.has(id)) return world.reach('an event was published twice')
    const line = this.#lines.get(name)
    const due = line?.rows[line.logged]
    if (due?.eventId !== id) world.violated(`${id} lies in the log before ${due?.eventId}`)
    if (line) line.logged += 1
    this.logged.set(id, logged)
  }

  ended(): void {
    for (const id of this.accepted.keys()) {
      if (!this.logged.has(id)) this.#world().violated(`${id} was accepted and never published`)
    }
  }
}
