// `npm run bench:effects`: effects that share a transaction beside one transaction an event.
import { randomUUID } from 'node:crypto'
import { messenger } from '@sosik/contract/catalogue'
import { analyticsService } from '@sosik/services/analytics/index.ts'
import { searchService } from '@sosik/services/search/index.ts'
import type { Service } from '@sosik/services/service.ts'
import {
  createOutbox,
  type DomainEvent,
  outboxMigrations,
  systemClock,
  transactionalEffects,
} from 'sosik'
import { embeddedEventLog, memoryStorage } from 'sosik/embedded'
import { type Database, migrate, type Transaction } from 'sosik/postgres'
import { deliveryOf, scratchDatabase } from 'sosik/testing'
import { commandOptions } from '../../test/support/command-options.ts'
import { withRealParts } from '../../test/support/parts.ts'
import { median } from '../figures.ts'

const { rounds, events } = commandOptions({
  name: 'bench:effects',
  does: 'Effects that share a transaction, beside one transaction an event.',
  numbers: {
    rounds: [7, 'how often each way is measured'],
    events: [1_500, 'of each time'],
  },
})

/** Of the services; one connection beside sixteen, as in the counter's cell, may well be slower. */
const RATIO_MIN = 1
const SHARDS = 8
/** A group of the messenger that shares nothing has so many connections at once. */
const LANES_ALONE = 4
const LANES_TOGETHER = 64

type Handle = (event: DomainEvent, tx: Transaction) => Promise<void>

interface Side {
  /** Keys at work at once, each with one event at a time, as a consumer's lanes give them. */
  readonly lanes: number
  readonly together: number
}

interface Cell {
  readonly name: string
  readonly handle: Handle
  readonly sides: readonly [alone: Side, shared: Side]
}

await withRealParts(async ({ DATABASE_URL }) => {
  process.env['DATABASE_URL'] = DATABASE_URL
  const database = await scratchDatabase()
  const log = embeddedEventLog({ storage: memoryStorage() })
  const { admin } = log
  const analytics = {
    database,
    admin,
    clock: systemClock,
    newId: randomUUID,
    onError: console.error,
  }
  const services = [analyticsService(analytics), searchService({ database, readableRooms })]
  try {
    const migrations = services.flatMap((service) => service.migrations)
    await migrate(database, [...outboxMigrations, ...migrations])
    await database.query('create table counter (shard int primary key, count bigint not null)')
    const ratios: string[] = []
    for (const cell of [countingCell(), ...services.map(serviceCell)]) {
      const ratio = await measure(database, cell)
      ratios.push(`${cell.name} ${ratio.toFixed(2)}`)
      if (cell.name !== 'counter' && ratio < RATIO_MIN) process.exitCode = 1
    }
    console.log(`bench:effects: events per second, together / one by one: ${ratios.join(', ')}`)
  } finally {
    await log.close()
    await database.close()
  }
})

/** What a group of statistics does: one statement that adds to a row of a few. */
function countingCell(): Cell {
  const handle: Handle = async ({ key }, tx) => {
    await tx.query(
      `insert into counter values ($1, 1)
       on conflict (shard) do update set count = counter.count + 1`,
      [Number(key) % SHARDS],
    )
  }
  const [lanes, together] = [16, 16]
  return {
    name: 'counter',
    handle,
    sides: [
      { lanes, together: 1 },
      { lanes, together },
    ],
  }
}

/** A service's own handler of MessageSent: as its group would run, and as it does. */
function serviceCell({ name, hears }: Service): Cell {
  const handler = hears[0]?.handlers['MessageSent']
  if (handler === undefined) throw new Error(`${name} hears no message`)
  return {
    name,
    async handle(event, tx) {
      const context = { tx, ...deliveryOf() }
      await handler(event, context)
    },
    sides: [
      { lanes: LANES_ALONE, together: 1 },
      { lanes: LANES_TOGETHER, together: LANES_TOGETHER },
    ],
  }
}

/** The ratio of the medians of rounds that take turns. */
async function measure(database: Database, cell: Cell): Promise<number> {
  const rates: [number[], number[]] = [[], []]
  for (let round = 0; round <= rounds; round += 1) {
    for (const [at, side] of cell.sides.entries()) {
      const rate = await rateOf(database, cell.handle, side)
      // The first round warms both sides up.
      if (round > 0) rates[at]?.push(rate)
    }
  }
  const [alone, shared] = rates.map(median) as [number, number]
  const told = cell.sides.map(({ lanes, together }, at) => {
    const rate = median(rates[at] ?? []).toFixed(0)
    const connections = Math.ceil(lanes / together)
    return `${rate} events/s with ${lanes} keys at once on ${connections} connections`
  })
  console.log(`${cell.name.padEnd(10)} ${told.join(', ')}`)
  return shared / alone
}

/** Events per second. */
async function rateOf(database: Database, handle: Handle, side: Side): Promise<number> {
  const group = randomUUID()
  const { lanes, together } = side
  const effects = transactionalEffects({ database, outbox: createOutbox(), group, together })
  const perLane = Math.ceil(events / lanes)
  const startedMs = performance.now()
  const ends = Array.from({ length: lanes }, async (_, lane) => {
    for (let at = 0; at < perLane; at += 1) {
      const event = messageOf(lane + 1)
      await effects(event, ({ tx }) => handle(event, tx), deliveryOf())
    }
  })
  await Promise.all(ends)
  return (perLane * lanes * 1_000) / (performance.now() - startedMs)
}

function messageOf(room: number): DomainEvent {
  const id = randomUUID()
  const definition = messenger.event('MessageSent')
  if (definition === undefined) throw new Error('the messenger has no MessageSent')
  return {
    type: definition.name,
    id,
    time: new Date().toISOString(),
    key: String(room),
    data: { ...definition.example, room_id: room, message_id: id },
    position: { topic: definition.topic.name, partition: 0, offset: 0n },
  }
}

/** Nobody searches here. */
async function readableRooms(): Promise<never[]> {
  return []
}
