// What a test of the log suite stands on: a fresh log, its own topics and groups, conditions.
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { EventLog } from '../../log/log.ts'
import type { Witness, WitnessOptions } from './witness.ts'
import { joinWitness } from './witness.ts'

/** What an adapter's test gives: a log, the way to open its store again, and the end. */
export type OpenLog = () => Promise<{
  readonly log: EventLog
  /** Closes the log and connects to the same store again. */
  reopen(): Promise<EventLog>
  close(): Promise<void>
}>

export interface SuiteOptions {
  /** How long one condition may take to come true. */
  readonly deadlineMs?: number
  /** How long a test looks on to see that something does not happen. */
  readonly holdMs?: number
}

export interface Bench {
  readonly log: EventLog
  readonly holdMs: number
  /** Creates a topic with a name of its own; replicated as widely as the log can, up to 3. */
  readonly topic: (partitions?: number, config?: Record<string, string>) => Promise<string>
  /** A topic or group name that nobody used before. */
  readonly name: (kind: string) => string
  readonly join: (options: WitnessOptions) => Promise<Witness>
  /** Resolves when the condition holds; rejects at the deadline with what was waited for. */
  readonly until: (what: string, holds: () => boolean | Promise<boolean>) => Promise<void>
  readonly reopen: () => Promise<EventLog>
}

/** The tests of one part, by what they say. */
export type SuiteTests = Readonly<Record<string, (bench: Bench) => Promise<void>>>

const DEADLINE_MS = 60_000
const HOLD_MS = 100
const POLL_MS = 5
const TEST_TIMEOUT_MS = 180_000
const REPLICATION_FACTOR_MAX = 3

/** Registers the tests, each with a bench of its own that is closed when it has ended. */
export function register(tests: SuiteTests, open: OpenLog, options: SuiteOptions): void {
  for (const [title, run] of Object.entries(tests)) {
    test(title, { timeout: TEST_TIMEOUT_MS }, async () => {
      const store = await open()
      try {
        await run(benchOn(store, options))
      } finally {
        await store.close()
      }
    })
  }
}

function benchOn(store: Awaited<ReturnType<OpenLog>>, options: SuiteOptions): Bench {
  const prefix = `suite-${randomBytes(6).toString('hex')}`
  let named = 0
  const bench: Bench = {
    log: store.log,
    holdMs: options.holdMs ?? HOLD_MS,
    name: (kind) => `${prefix}-${kind}-${named++}`,
    async topic(partitions = 1, config = {}) {
      const name = bench.name('topic')
      const brokers = await store.log.admin.brokerCount()
      const replicationFactor = Math.min(REPLICATION_FACTOR_MAX, brokers)
      await store.log.admin.createTopics([{ name, partitions, replicationFactor, config }])
      return name
    },
    join: (joining) => joinWitness(store.log, joining),
    until: (what, holds) => until(what, holds, options.deadlineMs ?? DEADLINE_MS),
    reopen: () => store.reopen(),
  }
  return bench
}

async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  deadlineMs: number,
): Promise<void> {
  const end = performance.now() + deadlineMs
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Did not happen in ${deadlineMs} ms: ${what}`)
    await delay(POLL_MS)
  }
}
