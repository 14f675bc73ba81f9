// One consumer group: who its members are, and moving partitions until each has its share.
import type { GroupDescription, GroupMember, JoinOptions, TopicPartition } from '../log/log.ts'
import { assignUniformly } from './assignor.ts'
import type { Broker } from './broker.ts'
import { Member } from './member.ts'
import { byPlace, placeOf } from '../log/place.ts'
import type { Writer } from './writer.ts'

export class Group {
  readonly #broker: Broker
  readonly #writer: Writer
  readonly #members = new Set<Member>()
  #joined = 0
  #scheduled = false

  constructor(broker: Broker, writer: Writer) {
    this.#broker = broker
    this.#writer = writer
  }

  get empty(): boolean {
    return this.#members.size === 0
  }

  join(options: JoinOptions): GroupMember {
    this.#joined += 1
    const member: Member = new Member(this.#broker, this.#writer, options, {
      memberId: `${options.group}-${this.#joined}`,
      changed: () => {
        this.rebalance()
      },
      left: () => {
        this.#members.delete(member)
      },
    })
    this.#members.add(member)
    this.rebalance()
    return member
  }

  /** Members and log are one process: it has no client and no address. */
  describe(): GroupDescription {
    const members = [...this.#members].map((member) => ({
      memberId: member.memberId,
      clientId: undefined,
      host: undefined,
      partitions: member.held.toSorted(byPlace),
    }))
    if (members.length === 0) return { state: 'empty', members }
    const moves = this.#scheduled || [...this.#members].some((member) => member.moves)
    return { state: moves ? 'rebalancing' : 'stable', members }
  }

  /** Brings the assignment up to date, in a turn of its own. */
  rebalance(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#broker.clock.after(0, () => {
      this.#scheduled = false
      this.#assign()
    })
  }

  loseTopic(topic: string): void {
    for (const member of this.#members) member.loseTopic(topic)
  }

  wake(place: string): void {
    for (const member of this.#members) member.wake(place)
  }

  async leave(): Promise<void> {
    await Promise.all([...this.#members].map((member) => member.leave()))
  }

  /** What nobody holds is given at once; what moves is given when its holder has let go. */
  #assign(): void {
    const active = [...this.#members].filter((member) => member.active)
    const shares = assignUniformly(this.#partitionsFor(active), active)
    const held = new Set([...this.#members].flatMap((member) => [...member.places]))
    for (const [member, share] of shares) {
      member.keepOnly(new Set([...share].map(placeOf)))
      member.give([...share].filter((partition) => !held.has(placeOf(partition))))
    }
  }

  #partitionsFor(members: readonly Member[]): TopicPartition[] {
    const topics = new Set(members.flatMap((member) => member.topics))
    return [...topics].toSorted().flatMap((topic) => {
      const count = this.#broker.topics.get(topic)?.partitions ?? 0
      return Array.from({ length: count }, (_, partition) => ({ topic, partition }))
    })
  }
}
