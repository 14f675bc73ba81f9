// A database in memory with transactions as PostgreSQL's: read committed, row locks, sequences.

/** What one table holds: rows by their key. Rows are values; they are replaced, never changed. */
export type Rows = Map<string, unknown>

/** Thrown to the one whose wait would never end; the code is PostgreSQL's. */
class DeadlockError extends Error {
  readonly code = '40P01'
}

/** What a transaction changes: rows by table and key, undefined for one that goes. */
export type Writes = ReadonlyMap<string, ReadonlyMap<string, unknown>>

export interface DatabaseWatcher {
  /** Called in the turn in which a transaction becomes visible. */
  committed(writes: Writes): void
  /** One transaction has to wait for another. */
  waits(): void
  /** A row to be inserted was there already. */
  found(table: string): void
}

interface Lock {
  holder: MemorySession
  readonly queue: { readonly session: MemorySession; readonly grant: () => void }[]
}

export class MemoryDatabase {
  readonly #tables = new Map<string, Rows>()
  readonly #locks = new Map<string, Lock>()
  readonly #sequences = new Map<string, number>()
  readonly #open = new Set<MemorySession>()
  readonly watcher: DatabaseWatcher

  constructor(watcher: DatabaseWatcher) {
    this.watcher = watcher
  }

  /** `connection` holds the session as long as it is open. */
  begin(connection: Set<MemorySession>): MemorySession {
    const session = new MemorySession(this, () => connection.delete(session))
    connection.add(session)
    this.#open.add(session)
    return session
  }

  /** For sessions: makes the changes visible, all at once. */
  apply(writes: Writes): void {
    for (const [table, changes] of writes) {
      const rows = this.table(table)
      for (const [key, row] of changes) {
        if (row === undefined) rows.delete(key)
        else rows.set(key, row)
      }
    }
    this.watcher.committed(writes)
  }

  /** Transactions that are neither committed nor rolled back. */
  get open(): number {
    return this.#open.size
  }

  /** The committed rows. */
  table(name: string): Rows {
    const known = this.#tables.get(name)
    const rows = known ?? new Map<string, unknown>()
    if (!known) this.#tables.set(name, rows)
    return rows
  }

  /** The next number; it is used up also when its transaction is rolled back. */
  next(sequence: string): number {
    const number = (this.#sequences.get(sequence) ?? 0) + 1
    this.#sequences.set(sequence, number)
    return number
  }

  /** For sessions: resolves when the lock is the session's. */
  async acquire(name: string, session: MemorySession): Promise<void> {
    const lock = this.#locks.get(name)
    if (lock === undefined) {
      this.#locks.set(name, { holder: session, queue: [] })
      return
    }
    if (lock.holder === session) return
    if (this.#waitsFor(lock.holder, session)) throw new DeadlockError('deadlock detected')
    session.waitsAt = name
    this.watcher.waits()
    await new Promise<void>((resolve) => {
      lock.queue.push({ session, grant: resolve })
    })
    session.waitsAt = undefined
  }

  /** For sessions: gives the locks to who is next. */
  end(session: MemorySession): void {
    this.#open.delete(session)
    for (const [name, lock] of this.#locks) {
      if (lock.holder !== session) continue
      const next = lock.queue.find((waiting) => waiting.session.isOpen)
      if (next === undefined) {
        this.#locks.delete(name)
        continue
      }
      lock.queue.splice(0, lock.queue.indexOf(next) + 1)
      lock.holder = next.session
      next.grant()
    }
  }

  /** Whether `from` waits, over any number of others, for something that `holder` holds. */
  #waitsFor(from: MemorySession, holder: MemorySession): boolean {
    let current: MemorySession | undefined = from
    while (current?.waitsAt !== undefined) {
      current = this.#locks.get(current.waitsAt)?.holder
      if (current === holder) return true
    }
    return false
  }
}

/** One transaction at the server. */
export class MemorySession {
  readonly #database: MemoryDatabase
  readonly #writes = new Map<string, Map<string, unknown>>()
  #isOpen = true
  /** The lock that it waits for. */
  waitsAt: string | undefined

  readonly #ended: () => void

  constructor(database: MemoryDatabase, ended: () => void) {
    this.#database = database
    this.#ended = ended
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get<Row>(table: string, key: string): Row | undefined {
    const own = this.#writes.get(table)
    if (own?.has(key)) return own.get(key) as Row | undefined
    return this.#database.table(table).get(key) as Row | undefined
  }

  /** All rows of the table, own changes included, in the order of their first commit. */
  all<Row>(table: string): [key: string, row: Row][] {
    const rows = new Map(this.#database.table(table))
    for (const [key, row] of this.#writes.get(table) ?? []) {
      if (row === undefined) rows.delete(key)
      else rows.set(key, row)
    }
    return [...rows] as [string, Row][]
  }

  /** Waits while another transaction has a change of the row that is not committed. */
  async put(table: string, key: string, row: unknown): Promise<void> {
    await this.lock(`${table}/${key}`)
    const own = this.#writes.get(table) ?? new Map<string, unknown>()
    this.#writes.set(table, own.set(key, row))
  }

  async delete(table: string, key: string): Promise<void> {
    await this.put(table, key, undefined)
  }

  /** False when the row exists already, also when another transaction has just committed it. */
  async insert(table: string, key: string, row: unknown): Promise<boolean> {
    await this.lock(`${table}/${key}`)
    if (this.get(table, key) !== undefined) {
      this.#database.watcher.found(table)
      return false
    }
    await this.put(table, key, row)
    return true
  }

  /** Held until the end of the transaction. */
  async lock(name: string): Promise<void> {
    this.#requireOpen()
    await this.#database.acquire(name, this)
    this.#requireOpen()
  }

  next(sequence: string): number {
    return this.#database.next(sequence)
  }

  commit(): void {
    this.#requireOpen()
    this.#database.apply(this.#writes)
    this.#end()
  }

  rollback(): void {
    if (this.#isOpen) this.#end()
  }

  #end(): void {
    this.#isOpen = false
    this.#database.end(this)
    this.#ended()
  }

  #requireOpen(): void {
    if (!this.#isOpen) throw new Error('current transaction is aborted')
  }
}
