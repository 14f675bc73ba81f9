// Watches what becomes of each group's events: applied or given up, once, and in which order.
import type { NewDeadLetter, Move } from '../dead-letters/store.ts'
import type { DeadLetter } from '../dead-letters/dead-letter.ts'
import { placeOf } from '../log/place.ts'
import type { Published } from './published.ts'
import type { World } from './world.ts'

/** A group as the run has it. */
export interface WatchedGroup {
  readonly name: string
  readonly topics: readonly string[]
  /** What it has handlers for. */
  readonly types: ReadonlySet<string>
  /** Whether a key's later events wait for its dead letter. */
  readonly parks: boolean
}

export class Settled {
  readonly group: WatchedGroup
  readonly #world: () => World
  readonly #published: Published
  /** Ids of the events, in the order of the effects' commits. */
  readonly applied = new Set<string>()
  /** Given up by a person. */
  readonly discarded = new Set<string>()
  /** Ids of the events that failed for good, at least once. */
  readonly failed = new Set<string>()
  /** Places of records that stand in the index of dead letters. */
  readonly #indexed = new Set<string>()
  /** Those of them that have not ended. */
  readonly #unended = new Set<string>()
  /** In each line: how many events are settled. */
  readonly #lines = new Map<string, number>()
  /** In each line: the offset of the last effect. */
  readonly #last = new Map<string, { readonly eventId: string; readonly offset: bigint }>()

  constructor(group: WatchedGroup, published: Published, world: () => World) {
    this.group = group
    this.#published = published
    this.#world = world
  }

  hears(topic: string, type: string): boolean {
    return this.group.topics.includes(topic) && this.group.types.has(type)
  }

  has(eventId: string): boolean {
    return this.applied.has(eventId) || this.discarded.has(eventId)
  }

  isIndexed(place: string): boolean {
    return this.#indexed.has(place)
  }

  /** The effect of an event is committed now. */
  apply(eventId: string): void {
    const { name, parks } = this.group
    const world = this.#world()
    world.history.tell(name, `has applied ${eventId}`)
    if (this.applied.has(eventId)) world.violated(`${name} applied ${eventId} twice`)
    if (this.discarded.has(eventId)) world.violated(`${name} applied ${eventId}, a discarded one`)
    this.applied.add(eventId)
    const logged = this.#published.logged.get(eventId)
    if (!logged) return world.violated(`${name} applied ${eventId}, which is in no log`)
    if (parks) return this.#checkTurn(eventId, logged.line)
    // Whoever goes on after a dead letter gives its order up, and no other event's.
    if (this.failed.has(eventId)) return
    const before = this.#last.get(logged.line)
    if (before && before.offset > logged.offset) {
      world.violated(`${name} applied ${eventId} after ${before.eventId}`)
    }
    this.#last.set(logged.line, logged)
  }

  /** A letter stands in the index from now on. */
  add(letter: NewDeadLetter): void {
    const place = placeOfLetter(letter)
    this.#indexed.add(place)
    this.#unended.add(place)
  }

  /** A person's word was carried out, or a follower takes its head's place. */
  move(letter: DeadLetter, { change, successor }: Move): void {
    const { name } = this.group
    const world = this.#world()
    if (change.endedAtMs) this.#unended.delete(placeOfLetter(letter))
    if (successor) {
      this.add(successor)
      world.reach('a follower failed and parks the key itself')
    }
    const isDiscarded = change.ending === 'discarded' || change.state === 'discarded'
    if (!isDiscarded || this.discarded.has(letter.eventId)) return
    world.history.tell(name, `has discarded ${letter.eventId}`)
    if (this.applied.has(letter.eventId)) world.reach('an applied event was discarded')
    this.discarded.add(letter.eventId)
  }

  /** Places of dead letters that somebody is still to redrive or discard. */
  get unended(): ReadonlySet<string> {
    return this.#unended
  }

  /** Events in the log that the group has neither applied nor given up. */
  unfinished(): string[] {
    return [...this.#published.logged.values()]
      .filter(({ topic, type }) => this.hears(topic, type))
      .filter(({ eventId }) => !this.has(eventId))
      .map(({ eventId }) => eventId)
  }

  /** Where keys are parked, all before an event of its line are settled when it is applied. */
  #checkTurn(eventId: string, line: string): void {
    const rows = this.#published.lineOf(line)
    let at = this.#lines.get(line) ?? 0
    for (; at < rows.length; at += 1) {
      const row = rows[at]
      if (row === undefined || row.eventId === eventId) break
      if (this.hears(row.topic, row.eventType) && !this.has(row.eventId)) {
        this.#world().violated(`${this.group.name} applied ${eventId} before ${row.eventId}`)
        break
      }
    }
    if (rows[at]?.eventId === undefined) {
      this.#world().violated(`${this.group.name} applied ${eventId} out of its turn`)
    }
    this.#lines.set(line, at)
  }
}

const placeOfLetter = (letter: NewDeadLetter): string => `${placeOf(letter)}/${letter.offset}`
