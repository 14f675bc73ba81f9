// All consumer groups of one log.
import { TopicMissingError } from '../errors.ts'
import type { GroupDescription, GroupMember, JoinOptions, TopicPartition } from '../log/log.ts'
import type { Broker } from './broker.ts'
import { Group } from './group.ts'
import { placeOf } from '../log/place.ts'
import type { Writer } from './writer.ts'

export class Coordinator {
  readonly #broker: Broker
  readonly #writer: Writer
  readonly #groups = new Map<string, Group>()

  constructor(broker: Broker, writer: Writer) {
    this.#broker = broker
    this.#writer = writer
  }

  /** Throws `TopicMissingError`; the listener is first called in a later turn. */
  join(options: JoinOptions): GroupMember {
    const missing = options.topics.filter((topic) => !this.#broker.topics.has(topic))
    if (missing.length > 0) throw new TopicMissingError(missing)
    const group = this.#groups.get(options.group) ?? new Group(this.#broker, this.#writer)
    this.#groups.set(options.group, group)
    return group.join(options)
  }

  hasMembers(group: string): boolean {
    return this.#groups.get(group)?.empty === false
  }

  describe(group: string): GroupDescription {
    return this.#groups.get(group)?.describe() ?? { state: 'empty', members: [] }
  }

  /** Members read on in these partitions. */
  wake(partitions: Iterable<TopicPartition>): void {
    for (const partition of partitions) {
      const place = placeOf(partition)
      for (const group of this.#groups.values()) group.wake(place)
    }
  }

  topicCreated(): void {
    for (const group of this.#groups.values()) group.rebalance()
  }

  topicDeleted(topic: string): void {
    for (const group of this.#groups.values()) group.loseTopic(topic)
  }

  async leaveAll(): Promise<void> {
    await Promise.all([...this.#groups.values()].map((group) => group.leave()))
  }
}
