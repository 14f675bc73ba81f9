// What the tests of dead letters share: a shop whose effects have an inbox, and its dead letters.
import { memoryDeadLetters } from './memory.ts'
import { deadLetters, type DeadLetters } from './dead-letters.ts'
import type { DeadLetterStore } from './store.ts'
import {
  openStage,
  type ShopConsumer,
  type ShopHandlers,
  type ShopOptions,
  type Stage,
  type StageOptions,
} from '../consumer/stage.ts'
import type { Delivery } from '../catalogue/group.ts'
import type { Effects } from '../consumer/effects.ts'

/** With its end all that it had begun is over. */
export interface Process {
  readonly isDead: () => boolean
  readonly die: () => Promise<void>
}

export interface World {
  readonly stage: Stage
  readonly store: DeadLetterStore
  readonly letters: DeadLetters
  /** Notes whose handler throws. */
  readonly poison: Set<string>
  /** `customer:note` whose handler ends its process. */
  readonly fatal: Set<string>
  /** `customer:note` of each effect, in the order in which they became durable. */
  readonly effects: string[]
  /** The effects of one customer. */
  of(customer: number): string[]
  /** Every call of the handler: `customer:note`, and what it was told. */
  readonly calls: { readonly what: string; readonly redrives: number }[]
  /** In the process that is given; it may end while its consumer is at work. */
  start(options?: ShopOptions, process?: Process): Promise<ShopConsumer>
  /** Places orders `customer:note`, one after the other. */
  place(...orders: readonly string[]): Promise<void>
  redrive(quarantined?: boolean): Promise<number>
  /** Stops every consumer; each must have an account that adds up. */
  close(): Promise<void>
}

const IMMORTAL: Process = { isDead: () => false, die: async () => {} }

export async function openWorld(options: StageOptions = {}): Promise<World> {
  const stage = await openStage({
    ...options,
    group: { afterDeadLetter: 'park', ...options.group },
  })
  const inbox = new Set<string>()
  const store = memoryDeadLetters({
    has: (_group, eventId) => inbox.has(eventId),
    giveUp: (_group, eventId) => void inbox.add(eventId),
  })
  const letters = deadLetters({ store, admin: stage.log.admin, group: stage.billing.name })
  const poison = new Set<string>()
  const fatal = new Set<string>()
  const effects: string[] = []
  const calls: World['calls'] = []
  const consumers: { readonly isDead: () => boolean; stop(): Promise<void> }[] = []
  return {
    stage,
    store,
    letters,
    poison,
    fatal,
    effects,
    calls,
    of: (customer) =>
      effects
        .filter((what) => what.startsWith(`${customer}:`))
        .map((what) => what.split(':')[1] ?? ''),
    async start(more, process = IMMORTAL) {
      const consumer = stage.consumer(handlersIn(process, { poison, fatal, calls }), {
        deadLetters: store,
        redriveIntervalMs: 5,
        effects: effectsIn(process, inbox, effects),
        ...more,
      })
      consumers.push({ isDead: process.isDead, stop: () => consumer.stop() })
      await consumer.start()
      return consumer
    },
    async place(...orders) {
      for (const order of orders) {
        const [customer = '', note = ''] = order.split(':')
        await stage.place(note, Number(customer))
      }
    },
    async redrive(quarantined = false) {
      const ask = { selection: {}, requestedBy: 'Minsu', ratePerSecond: 1_000, quarantined }
      return (await letters.redrive(ask)).selected
    },
    async close() {
      await Promise.all(consumers.filter(({ isDead }) => !isDead()).map(({ stop }) => stop()))
      await stage.close()
    },
  }
}

/** What a process that has ended was waiting for never comes. */
const alive = async ({ isDead }: Process) => (isDead() ? new Promise<never>(() => {}) : undefined)

const handlersIn = (
  process: Process,
  { poison, fatal, calls }: Pick<World, 'poison' | 'fatal' | 'calls'>,
): ShopHandlers => ({
  async OrderPlaced({ data }, { redrives }: Delivery) {
    const what = `${data.customer_id}:${data.note}`
    calls.push({ what, redrives })
    await new Promise((resolve) => setImmediate(resolve))
    if (fatal.has(what)) await process.die()
    await alive(process)
    if (poison.has(data.note)) throw new Error(`no ink for ${data.note}`)
  },
})

/** As a transaction would: the inbox row and the effect become durable together. */
const effectsIn =
  (process: Process, inbox: Set<string>, effects: string[]): Effects<object> =>
  async (event, handle) => {
    if (inbox.has(event.id)) return
    await handle({})
    await alive(process)
    if (inbox.has(event.id)) return
    inbox.add(event.id)
    const { customer_id, note } = event.data as { customer_id: number; note: string }
    effects.push(`${customer_id}:${note}`)
  }
