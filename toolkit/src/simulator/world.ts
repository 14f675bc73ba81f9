// The simulated world of one seed: a broker, a database, processes, and what was seen to happen.
import type { Topic } from '../catalogue/topic.ts'
import type { Clock } from '../clock.ts'
import type { DeadLetter } from '../dead-letters/dead-letter.ts'
import { memoryDeadLetters } from '../dead-letters/memory.ts'
import type { DeadLetterStore, Move, NewDeadLetter } from '../dead-letters/store.ts'
import { embeddedEventLog } from '../embedded/embedded-event-log.ts'
import { memoryStorage } from '../embedded/memory.ts'
import type { GroupCommit, Storage } from '../embedded/storage.ts'
import type { EventLog, LogRecord } from '../log/log.ts'
import { type MemoryOutbox, memoryOutbox } from '../outbox/memory-store.ts'
import type { OutboxRow, OutboxStore } from '../outbox/store.ts'
import type { Database } from '../postgres/sql.ts'
import { topicSpecifications } from '../topics/plan.ts'
import { MemoryDatabase, type Writes } from './database.ts'
import { drawFaults, Faults } from './faults.ts'
import { History } from './history.ts'
import { Link } from './link.ts'
import { type LinkedLog, linkedLog } from './log.ts'
import { addedToOutbox } from './outbox-rows.ts'
import { linkedPort } from './port.ts'
import { SimulatedProcess } from './process.ts'
import { type Random, seededRandom } from './random.ts'
import type { RareState } from './rare-states.ts'
import { Scheduler } from './scheduler.ts'
import { linkedDatabase } from './sql.ts'
import { INBOX, inboxKey, type StatementOf, toolkitStatements } from './statements.ts'

const START_MS = Date.UTC(2026, 0, 1)
/** How long things go wrong in most runs: what is rare comes up in many short ones sooner. */
const CHAOS_MS_MIN = 1_500
const CHAOS_MS_MAX = 4_000
/** Some runs are long, for what takes its time. */
const LONG_RUN = 0.1
const LONG_CHAOS_MS = 10_000

/** All that code of one process may use; none of it knows real time or real chance. */
export interface Node {
  readonly name: string
  readonly process: SimulatedProcess
  readonly clock: Clock
  readonly random: () => number
  readonly newId: () => string
  readonly log: LinkedLog
  readonly database: Database & { cut(forMs: number): void }
  /** In the same database, a step each. */
  readonly outboxStore: OutboxStore
  readonly deadLetters: DeadLetterStore
  /** To anything else outside of the process. */
  readonly link: Link
  readonly tell: (what: string) => void
}

export interface Watcher {
  committed?(commits: readonly GroupCommit[]): void
  changed?(writes: Writes): void
  /** Events of commands and handlers: from now on they must be published. */
  accepted?(rows: readonly OutboxRow[]): void
  appended?(records: readonly LogRecord[]): void
  letterAdded?(letter: NewDeadLetter): void
  letterMoved?(letter: DeadLetter, move: Move): void
}

export interface WorldOptions {
  readonly topics: readonly Topic[]
  readonly watcher?: Watcher
  /** True unless given; without, a run is faster, and one that broke something is run again. */
  readonly keepsHistory?: boolean
  /** How long things go wrong; as the seed has it unless given. */
  readonly chaosMs?: number | undefined
  /** What the database understands beside the toolkit's SQL. */
  readonly statementOf?: StatementOf
}

export class World {
  readonly random: Random
  readonly scheduler: Scheduler
  readonly clock: Clock
  readonly faults: Faults
  readonly history: History
  readonly database: MemoryDatabase
  readonly outbox: MemoryOutbox
  readonly deadLetters: DeadLetterStore
  /** The log as it really lies; nothing is late or lost here. */
  readonly log: EventLog
  readonly storage: Storage
  /** How long things go wrong. */
  readonly chaosMs: number
  readonly processes: SimulatedProcess[] = []
  /** Rare states that this run came through. */
  readonly reached = new Set<string>()
  readonly violations: string[] = []
  readonly #links: Link[] = []
  readonly #statementOf: StatementOf
  readonly #partitions: ReadonlyMap<string, number>
  #ids = 0

  constructor(seed: number, { topics: declared, watcher = {}, ...options }: WorldOptions) {
    this.#statementOf = options.statementOf ?? toolkitStatements
    this.random = seededRandom(seed)
    const shortMs = this.random.between(CHAOS_MS_MIN, CHAOS_MS_MAX)
    const drawnMs = this.random.chance(LONG_RUN) ? LONG_CHAOS_MS : shortMs
    this.chaosMs = options.chaosMs ?? drawnMs
    this.scheduler = new Scheduler(this.random.fork(), START_MS)
    this.faults = new Faults(this.random.fork(), drawFaults(this.random))
    this.history = new History(() => this.scheduler.nowMs, options.keepsHistory ?? true)
    this.database = new MemoryDatabase({
      committed: (writes) => {
        const rows = addedToOutbox(writes)
        if (rows.length > 0) watcher.accepted?.(rows)
        this.outbox.commit(rows)
        watcher.changed?.(writes)
      },
      waits: () => this.reach('a transaction waited for another'),
      found: (table) => {
        if (table === INBOX) this.reach('the inbox knew the event')
      },
    })
    const clock: Clock = {
      nowMs: () => this.scheduler.nowMs,
      after: (delayMs, call) => this.scheduler.after(delayMs, call),
    }
    this.clock = clock
    this.outbox = memoryOutbox(clock)
    this.deadLetters = this.#watched(watcher)
    const topics = topicSpecifications(declared, 1)
    this.#partitions = new Map(topics.map(({ name, partitions }) => [name, partitions]))
    this.storage = memoryStorage()()
    for (const topic of topics) this.storage.putTopic(topic)
    this.log = embeddedEventLog({
      storage: () => this.#failing(this.storage, watcher),
      clock,
    })
  }

  spawn(name: string): Node {
    const process = new SimulatedProcess(name, this.scheduler, this.faults)
    this.processes.push(process)
    const tell = (what: string) => this.history.tell(name, what)
    const reach = (state: RareState) => this.reach(state)
    const shared = { faults: this.faults, tell, reach }
    const database = this.#link(process)
    const partitionsOf = (topic: string) => this.#partitions.get(topic) ?? 1
    const link = this.#link(process)
    return {
      name,
      process,
      clock: process.clock,
      random: () => process.random.next(),
      newId: () => this.newId(),
      log: linkedLog({ ...shared, log: this.log, link, partitionsOf }),
      database: {
        ...linkedDatabase({
          ...shared,
          database: this.database,
          link: database,
          statementOf: this.#statementOf,
        }),
        cut: (forMs) => database.cut(forMs),
      },
      outboxStore: linkedPort(this.outbox.store, { ...shared, link: database }),
      deadLetters: linkedPort(this.deadLetters, { ...shared, link: database }),
      link: this.#link(process),
      tell,
    }
  }

  /** Unlike any other of this run, and the same in each run of the seed. */
  newId(): string {
    this.#ids += 1
    return `e${this.#ids}`
  }

  /** One of `RARE_STATES`, or a scene's own. */
  reach(state: string): void {
    this.reached.add(state)
  }

  /** Something that must never be. */
  violated(what: string): void {
    this.history.tell('VIOLATION', what)
    this.violations.push(what)
  }

  /** From now on nothing goes wrong by itself, and who stood still goes on. */
  heal(): void {
    this.faults.heal()
    for (const link of this.#links) link.heal()
    for (const process of this.processes) process.resume()
  }

  #link(process: SimulatedProcess): Link {
    const link = new Link(process, this.faults)
    this.#links.push(link)
    return link
  }

  /** The index of dead letters, in the same database as the inbox. */
  #watched(watcher: Watcher): DeadLetterStore {
    const store = memoryDeadLetters({
      has: (group, eventId) => this.database.table(INBOX).has(inboxKey(group, eventId)),
      giveUp() {},
    })
    return {
      ...store,
      async add(letter, unlessHandled) {
        const isAdded = await store.add(letter, unlessHandled)
        if (isAdded) watcher.letterAdded?.(letter)
        return isAdded
      },
      move: async (letter, move) => {
        const inbox = this.database.begin(new Set())
        if (letter.state === 'discarding' && move.change.state !== 'discarding') {
          await inbox.insert(INBOX, inboxKey(letter.group, letter.eventId), '')
        }
        const isMoved = await store.move(letter, move)
        if (isMoved) {
          inbox.commit()
          watcher.letterMoved?.(letter, move)
        } else inbox.rollback()
        return isMoved
      },
    }
  }

  #failing(storage: Storage, watcher: Watcher): Storage {
    const mayFail = () => {
      if (!this.faults.happens('storageFailed')) return
      this.reach('the storage failed')
      throw new Error('The disk failed.')
    }
    return {
      ...storage,
      write: (records, commits) => {
        mayFail()
        if (commits.length > 0) watcher.committed?.(commits)
        const offsets = storage.write(records, commits)
        if (records.length > 0) {
          watcher.appended?.(
            records.map((record, at) => ({ ...record, offset: offsets[at] ?? 0n })),
          )
        }
        return offsets
      },
      read: (partition, from, bytesMax) => {
        mayFail()
        return storage.read(partition, from, bytesMax)
      },
    }
  }
}
