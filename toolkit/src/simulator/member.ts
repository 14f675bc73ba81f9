// A group member whose session ends when its process stands still or is cut off for too long.
import { StaleMemberError } from '../errors.ts'
import type {
  Assigned,
  Commit,
  GroupListener,
  GroupMember,
  JoinOptions,
  LogRecord,
  TopicPartition,
} from '../log/log.ts'
import { placeOf } from '../log/place.ts'
import type { LogLinkOptions } from './log.ts'
import { commitMishap, fateOf } from './mishaps.ts'
import { Session } from './session.ts'

/** Without a sign of life for so long, the brokers give the member's partitions to others. */
const SESSION_MS = 2_000
/** How long `revoked` may take in a simulated group. */
const REBALANCE_MS = 4_000
/** How long a simulated consumer waits for its handlers before it lets go all the same. */
export const DRAIN_MS_MAX = 1_000
const FETCH_BYTES = [300, 2_000, 100_000] as const

interface MemberOptions extends LogLinkOptions {
  readonly joining: JoinOptions
}

/** What the process holds of a partition. */
interface Held {
  readonly session: Session
  readonly partition: TopicPartition
  paused: boolean
  waiting: LogRecord[]
}

export class SessionMember implements GroupMember {
  readonly #options: MemberOptions
  readonly #held = new Map<string, Held>()
  /** Partitions that `revoked` is still at work for. */
  readonly #giving = new Map<string, Session>()
  #session = new Session()
  /** The listener's calls, one after the other. */
  #line: Promise<void> = Promise.resolve()
  #isLeaving = false
  #hasLeft = false

  constructor(options: MemberOptions) {
    this.#options = options
  }

  get memberId(): string {
    return this.#options.link.process.name
  }

  async join(): Promise<void> {
    const { link } = this.#options
    const session = this.#session
    link.process.onChange(() => this.#watch())
    await link.ask('group', () => this.#joinBrokers(session))
  }

  pause(partition: TopicPartition): void {
    const held = this.#held.get(placeOf(partition))
    if (held) held.paused = true
  }

  resume(partition: TopicPartition): void {
    const held = this.#held.get(placeOf(partition))
    if (!held) return
    held.paused = false
    this.#deliver(held)
  }

  seek(partition: TopicPartition, offset: bigint): void {
    const held = this.#held.get(placeOf(partition))
    if (held) held.waiting = []
    void this.#session.inner?.then((inner) => inner.seek(partition, offset))
  }

  async commit(commits: readonly Commit[]): Promise<void> {
    const { link, faults, tell, reach, joining } = this.#options
    const session = this.#session
    const foreign = commits.find((commit) => this.#holding(commit) !== session)
    if (foreign) throw this.#stale(`It is ${placeOf(foreign)}.`)
    const mishap = commitMishap(faults, reach)
    const fate = fateOf(mishap)
    for (const { offset, ...place } of commits) {
      tell(`${joining.group} commits ${placeOf(place)} at ${offset}${fate}`)
    }
    await link.ask(
      'group',
      async () => {
        const inner = await session.inner
        if (session.isExpired || !inner) throw this.#stale('The session is over.')
        await inner.commit(commits)
      },
      mishap,
    )
  }

  #stale(detail: string): Error {
    this.#options.reach('a commit was refused as stale')
    return new StaleMemberError(detail)
  }

  #holding(partition: TopicPartition): Session | undefined {
    const place = placeOf(partition)
    return this.#held.get(place)?.session ?? this.#giving.get(place)
  }

  async leave(): Promise<void> {
    this.#isLeaving = true
    const { link } = this.#options
    const session = this.#session
    await link.ask('group', async () => (await session.inner)?.leave())
    this.#loseAll(session)
    await this.#line
    this.#hasLeft = true
  }

  /** The brokers' view: from here on the process need not be alive. */
  async #joinBrokers(session: Session): Promise<void> {
    const { log, joining, link } = this.#options
    if (link.process.state !== 'running') this.#watch()
    // Its process stood still before it was even there; it joins anew when it goes on.
    if (session.isExpired) return
    session.inner = log.join({
      ...joining,
      rebalanceTimeoutMs: REBALANCE_MS,
      fetchBytesMax: link.process.random.pick(FETCH_BYTES),
      listener: this.#listenerOf(session),
    })
    await session.inner
  }

  #listenerOf(session: Session): GroupListener {
    const { joining, link, reach } = this.#options
    const { listener } = joining
    return {
      assigned: (partitions) => this.#call(session, () => this.#assigned(session, partitions)),
      revoked: (partitions) =>
        this.#call(session, async () => {
          const held = this.#letGo(session, partitions)
          if (held.length === 0) return
          for (const one of held) this.#giving.set(placeOf(one), session)
          const fromMs = link.process.scheduler.nowMs
          try {
            await listener.revoked(held)
          } finally {
            const tookMs = link.process.scheduler.nowMs - fromMs
            if (tookMs >= DRAIN_MS_MAX) reach('a drain took its whole time')
            for (const one of held) this.#giving.delete(placeOf(one))
          }
        }),
      lost: (partitions) => this.#call(session, () => this.#lost(session, partitions)),
      records: (partition, records) => {
        this.#tell(placeOf(partition), () => {
          const held = this.#held.get(placeOf(partition))
          if (held?.session !== session) return
          held.waiting.push(...records)
          this.#deliver(held)
        })
      },
      trouble: (error) => this.#tell('trouble', () => listener.trouble(error)),
    }
  }

  #tell(channel: string, call: () => void): void {
    this.#options.link.tell(`${this.#options.joining.group} ${channel}`, call)
  }

  /** The brokers wait for the process, but no longer than its session lasts. */
  async #call(session: Session, call: () => Promise<void>): Promise<void> {
    if (session.isExpired) return
    const { link, joining } = this.#options
    const answered = new Promise<void>((resolve) => {
      this.#tell('listener', () => {
        this.#line = this.#line.then(call).catch((error: unknown) => {
          joining.listener.trouble(error as Error)
        })
        void this.#line.then(() => link.ask('group', resolve))
      })
    })
    await Promise.race([answered, session.expired])
  }

  async #assigned(session: Session, partitions: readonly Assigned[]): Promise<void> {
    if (session !== this.#session) return
    const { joining, tell } = this.#options
    for (const { topic, partition, offset } of partitions) {
      const place = { topic, partition }
      tell(`${joining.group} is given ${placeOf(place)} at ${offset}`)
      this.#held.set(placeOf(place), { session, partition: place, paused: false, waiting: [] })
    }
    await joining.listener.assigned(partitions)
  }

  /** From now on the process gets no record of them. */
  #letGo(session: Session, partitions: readonly TopicPartition[]): TopicPartition[] {
    const { joining, tell } = this.#options
    const held = partitions.filter((one) => this.#held.get(placeOf(one))?.session === session)
    for (const one of held) this.#held.delete(placeOf(one))
    if (held.length > 0) tell(`${joining.group} lets go of ${held.map(placeOf).join()}`)
    return held
  }

  async #lost(session: Session, partitions: readonly TopicPartition[]): Promise<void> {
    this.#letGo(session, partitions)
    const { joining, tell, reach } = this.#options
    reach('a member was told that it has lost partitions')
    tell(`${joining.group} has lost ${partitions.map(placeOf).join()}`)
    await joining.listener.lost(partitions)
  }

  #deliver(held: Held): void {
    if (held.paused || held.waiting.length === 0) return
    this.#options.joining.listener.records(held.partition, held.waiting.splice(0))
  }

  /** A paused or ended process gives no sign of life. */
  #watch(): void {
    const { process } = this.#options.link
    if (process.state === 'running') return this.#beat()
    const session = this.#session
    process.scheduler.after(SESSION_MS, () => {
      const stillFor = process.scheduler.nowMs - (process.pausedAtMs ?? Number.POSITIVE_INFINITY)
      if (process.state === 'ended' || stillFor >= SESSION_MS) this.#expire(session)
    })
  }

  #expire(session: Session): void {
    if (session.isExpired || this.#hasLeft) return
    const { tell, reach, joining, link } = this.#options
    tell(`${joining.group} session expires`)
    if (link.process.state === 'paused') reach('a process stood still beyond its session')
    if (link.process.state === 'running') reach('a session expired while its process ran')
    session.expire()
  }

  /** What a heartbeat would bring: the news that the session is over. */
  #beat(): void {
    const { link } = this.#options
    const session = this.#session
    if (this.#hasLeft || !session.isExpired) return
    link.tell('group', () => this.#rejoin(session))
  }

  /** The process hears that the group went on without it. */
  #rejoin(session: Session): void {
    if (session !== this.#session || this.#hasLeft) return
    this.#session = new Session()
    this.#loseAll(session)
    if (this.#isLeaving) return
    const next = this.#session
    void this.#options.link.ask('group', async () => {
      if (!this.#isLeaving) await this.#joinBrokers(next)
    })
  }

  #loseAll(session: Session): void {
    const lost = [...this.#held.values()].map((held) => held.partition)
    this.#line = this.#line.then(async () => {
      if (lost.length > 0) await this.#lost(session, lost)
    })
  }

  /** The process runs, but the brokers hear nothing of it. */
  cutOff(): void {
    const session = this.#session
    const { link } = this.#options
    link.process.scheduler.after(SESSION_MS, () => {
      if (!link.isCut) return
      this.#expire(session)
      this.#beat()
    })
  }
}
