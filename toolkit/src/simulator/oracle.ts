// Watches a run from outside, where nothing is late or lost, and says which promise was broken.
import { readMetadata } from '../consumer/commit-metadata.ts'
import type { DeadLetter } from '../dead-letters/dead-letter.ts'
import type { Move, NewDeadLetter } from '../dead-letters/store.ts'
import type { GroupCommit } from '../embedded/storage.ts'
import { textOf } from '../envelope/text.ts'
import type { LogRecord } from '../log/log.ts'
import { placeOf } from '../log/place.ts'
import type { OutboxRow } from '../outbox/store.ts'
import type { Writes } from './database.ts'
import { Published } from './published.ts'
import { Settled, type WatchedGroup } from './settled.ts'
import type { Watcher, World } from './world.ts'

/** The table in which every handler's transaction leaves a mark. */
export const APPLIED = 'simulator applied'

/** An effect that was committed. */
export interface Applied {
  readonly group: string
  readonly eventId: string
}

export class Oracle implements Watcher {
  readonly published: Published
  readonly groups: ReadonlyMap<string, Settled>
  readonly #committed = new Map<string, bigint>()
  /** `group/topic/partition/offset` of each acknowledged letter of an event that is parked. */
  readonly #parked = new Set<string>()
  #world: World | undefined

  constructor(groups: readonly WatchedGroup[]) {
    const world = () => this.#known
    this.published = new Published(world)
    this.groups = new Map(
      groups.map((group) => [group.name, new Settled(group, this.published, world)]),
    )
  }

  watch(world: World): void {
    this.#world = world
  }

  accepted(rows: readonly OutboxRow[]): void {
    this.published.accept(rows)
  }

  changed(writes: Writes): void {
    for (const [, row] of writes.get(APPLIED) ?? []) {
      const { group, eventId } = row as Applied
      this.groups.get(group)?.apply(eventId)
    }
  }

  appended(records: readonly LogRecord[]): void {
    for (const record of records) {
      if (record.topic.endsWith('.dlq')) this.#deadLettered(record)
      else this.published.log(record)
    }
  }

  letterAdded(letter: NewDeadLetter): void {
    this.groups.get(letter.group)?.add(letter)
  }

  letterMoved(letter: DeadLetter, move: Move): void {
    this.groups.get(letter.group)?.move(letter, move)
  }

  /** Before they are written: none may go back, or past a record that has not ended. */
  committed(commits: readonly GroupCommit[]): void {
    for (const commit of commits) {
      const name = `${commit.group}/${placeOf(commit)}`
      const before = this.#committed.get(name) ?? 0n
      if (commit.offset < before) {
        this.#known.violated(`${name} was committed at ${before}, then at ${commit.offset}`)
      }
      this.#committed.set(name, commit.offset > before ? commit.offset : before)
      const group = this.groups.get(commit.group)
      if (group) this.#checkEnded(commit, before, group)
    }
  }

  /** Whether all is published, all is settled, and nobody is asked for anything any more. */
  get hasEnded(): boolean {
    const groups = [...this.groups.values()]
    const isEnded = (group: Settled) => group.unended.size === 0 && group.unfinished().length === 0
    return this.published.isComplete && groups.every(isEnded)
  }

  /** What can only be said of a whole run that has come to rest. */
  ended(): void {
    this.published.ended()
    for (const group of this.groups.values()) {
      const { name } = group.group
      for (const eventId of group.unfinished()) this.#known.violated(`${name} lost ${eventId}`)
      for (const place of group.unended) this.#known.violated(`${name} never ended ${place}`)
    }
  }

  #checkEnded(commit: GroupCommit, from: bigint, group: Settled): void {
    const { offset, metadata } = commit
    const place = placeOf(commit)
    for (let at = from; at < offset; at += 1n) this.#checkOne(group, place, at, offset)
    const beyond = readMetadata(offset, metadata).done
    for (const at of beyond) this.#checkOne(group, place, at, offset)
  }

  #checkOne(group: Settled, place: string, at: bigint, committed: bigint): void {
    const { name } = group.group
    const record = this.published.at(place, at)
    const isHeard = record !== undefined && group.hears(record.topic, record.type)
    if (!isHeard || group.has(record.eventId) || group.isIndexed(`${place}/${at}`)) return
    if (this.#parked.has(`${name}/${place}/${at}`)) return
    const what = `${name}/${place} at ${committed}`
    this.#known.violated(`${what} passes ${at}, which has not ended`)
  }

  #deadLettered(record: LogRecord): void {
    const letter = JSON.parse(textOf(record.value ?? new Uint8Array())) as Record<string, unknown>
    const group = String(letter['consumer_group'])
    const eventId = String(letter['event_id'])
    this.#known.history.tell('log', `${group} ${eventId} at ${placeOf(record)}/${record.offset}`)
    if (letter['error_code'] === 'SOSIK_PARKED') {
      const place = [letter['original_topic'], letter['original_partition']].map(String).join('/')
      this.#parked.add(`${group}/${place}/${String(letter['original_offset'])}`)
    } else {
      this.#known.reach('a record was dead-lettered')
      this.groups.get(group)?.failed.add(eventId)
    }
  }

  get #known(): World {
    if (!this.#world) throw new Error('the oracle watches no world yet')
    return this.#world
  }
}
