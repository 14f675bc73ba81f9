// Watches a run from outside, where nothing is late or lost, and says which promise was broken.
import { readMetadata } from '../consumer/commit-metadata.ts'
import type { GroupCommit } from '../embedded/storage.ts'
import { coordinates } from '../envelope/decode.ts'
import { readHeaders } from '../envelope/headers.ts'
import { textOf } from '../envelope/text.ts'
import type { LogRecord } from '../log/log.ts'
import { placeOf } from '../log/place.ts'
import type { OutboxRow } from '../outbox/store.ts'
import type { Writes } from './database.ts'
import { type Logged, Published } from './published.ts'
import type { World } from './world.ts'

/** The table in which every handler's transaction leaves a mark. */
export const APPLIED = 'simulator applied'

/** An effect that was committed. */
export interface Applied {
  readonly group: string
  readonly eventId: string
}

/** A group as the run has it. */
export interface WatchedGroup {
  readonly name: string
  readonly topics: readonly string[]
  /** What it has handlers for. */
  readonly types: ReadonlySet<string>
  /** Whether a dead-lettered event gives its place up, so that its order is nobody's promise. */
  readonly goesOn: boolean
}

export class Oracle {
  readonly #groups: ReadonlyMap<string, WatchedGroup>
  readonly #committed = new Map<string, bigint>()
  readonly published: Published
  /** By group, in the order of their commits. */
  readonly applied = new Map<string, Applied[]>()
  /** `group/topic/partition/offset` of each acknowledged dead letter. */
  readonly deadLetters = new Set<string>()
  /** Ids of the events that each group has dead-lettered. */
  readonly #deadEvents = new Map<string, Set<string>>()
  world: World | undefined

  constructor(groups: readonly WatchedGroup[]) {
    this.#groups = new Map(groups.map((group) => [group.name, group]))
    this.published = new Published(() => this.#known)
  }

  accepted(rows: readonly OutboxRow[]): void {
    this.published.accept(rows)
  }

  changed(writes: Writes): void {
    for (const [, row] of writes.get(APPLIED) ?? []) {
      const applied = row as Applied
      const all = this.applied.get(applied.group) ?? []
      this.applied.set(applied.group, all)
      if (all.some((one) => one.eventId === applied.eventId)) {
        this.#violated(`${applied.group} applied ${applied.eventId} twice`)
      }
      all.push(applied)
    }
  }

  appended(records: readonly LogRecord[]): void {
    for (const record of records) {
      if (record.topic.endsWith('.dlq')) this.#deadLettered(record)
      else this.published.log(record)
    }
  }

  /** Before they are written: none may go back, or past a record that has not ended. */
  committed(commits: readonly GroupCommit[]): void {
    for (const commit of commits) {
      const name = `${commit.group}/${placeOf(commit)}`
      const before = this.#committed.get(name) ?? 0n
      if (commit.offset < before) {
        this.#violated(`${name} was committed at ${before}, then at ${commit.offset}`)
      }
      const group = this.#groups.get(commit.group)
      if (!group) continue
      const beyond = readMetadata(commit.offset, commit.metadata).done
      for (const record of this.#records(commit, before)) {
        const isDone = record.offset < commit.offset || beyond.includes(record.offset)
        if (isDone && !this.#hasEnded(group, record)) {
          this.#violated(`${name} at ${commit.offset} passes ${record.offset}, which has not ended`)
        }
      }
      this.#committed.set(name, commit.offset > before ? commit.offset : before)
    }
  }

  /** Events that the group has neither applied nor dead-lettered. */
  unfinished(): string[] {
    return [...this.#groups.values()].flatMap((group) => {
      const applied = new Set((this.applied.get(group.name) ?? []).map((one) => one.eventId))
      return [...this.published.logged.values()]
        .filter(({ topic, type }) => group.topics.includes(topic) && group.types.has(type))
        .filter(({ eventId }) => !applied.has(eventId))
        .filter(({ eventId }) => !this.#deadEvents.get(group.name)?.has(eventId))
        .map(({ eventId }) => `${group.name} ${eventId}`)
    })
  }

  deadLettered(group: string): string[] {
    return [...(this.#deadEvents.get(group) ?? [])]
  }

  /** What can only be said of a whole run that has come to rest. */
  ended(): void {
    this.published.ended()
    for (const one of this.unfinished()) this.#violated(`${one} was lost`)
    for (const group of this.#groups.values()) this.#checkOrder(group)
  }

  #checkOrder({ name: group, goesOn }: WatchedGroup): void {
    const last = new Map<string, Logged>()
    for (const { eventId } of this.applied.get(group) ?? []) {
      if (goesOn && this.#deadEvents.get(group)?.has(eventId)) continue
      const logged = this.published.logged.get(eventId)
      if (!logged) {
        this.#violated(`${group} applied ${eventId}, which is in no log`)
        continue
      }
      const before = last.get(logged.line)
      if (before && before.offset > logged.offset) {
        this.#violated(`${group} applied ${eventId} after ${before.eventId}`)
      }
      last.set(logged.line, logged)
    }
  }

  #records(commit: GroupCommit, from: bigint): LogRecord[] {
    return this.world?.storage.read(commit, from, Number.MAX_SAFE_INTEGER) ?? []
  }

  #hasEnded(group: WatchedGroup, record: LogRecord): boolean {
    const { id = coordinates(record), type = '' } = readHeaders(record.headers)
    if (!group.types.has(type)) return true
    if (this.deadLetters.has(`${group.name}/${placeOf(record)}/${record.offset}`)) return true
    return (this.applied.get(group.name) ?? []).some((one) => one.eventId === id)
  }

  #deadLettered(record: LogRecord): void {
    this.world?.reach('a record was dead-lettered')
    const letter = JSON.parse(textOf(record.value ?? new Uint8Array())) as Record<string, unknown>
    const { original_topic, original_partition, original_offset, consumer_group } = letter
    const group = String(consumer_group)
    this.deadLetters.add(
      `${group}/${String(original_topic)}/${String(original_partition)}/${String(original_offset)}`,
    )
    const events = this.#deadEvents.get(group) ?? new Set()
    this.#deadEvents.set(group, events.add(String(letter['event_id'])))
  }

  get #known(): World {
    if (!this.world) throw new Error('the oracle watches no world yet')
    return this.world
  }

  #violated(what: string): void {
    this.#known.violated(what)
  }
}
