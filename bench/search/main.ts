// `npm run bench:search`: how fast messages are indexed and found, and how large the index is.
import { randomUUID } from 'node:crypto'
import { MessageSent } from '@sosik/contract/chat'
import { searchMessages } from '@sosik/contract/search'
import { searchService } from '@sosik/services/search/index.ts'
import type { RouteRequest, Service } from '@sosik/services/service.ts'
import { createOutbox, outboxMigrations, transactionalEffects } from 'sosik'
import { type Database, migrate, type Transaction } from 'sosik/postgres'
import { deliveryOf, scratchDatabase } from 'sosik/testing'
import { commandOptions } from '../../test/support/command-options.ts'
import { withRealParts } from '../../test/support/parts.ts'
import { quantile } from '../figures.ts'
import { corpus, PLANTED } from './corpus.ts'

const { messages, rooms, read, searches } = commandOptions({
  name: 'bench:search',
  does: 'How fast messages are indexed and found, and how large the index is.',
  numbers: {
    messages: [200_000, 'that are indexed'],
    rooms: [200, 'that they are in'],
    read: [20, 'of the rooms that the seeker reads'],
    searches: [300, 'of each text'],
  },
})

/** As the group runs: so many keys wait for one shared transaction. */
const TOGETHER = 64
const P99_MS_MAX = 100
const MEBIBYTE = 1_048_576
const START_MS = Date.parse('2026-01-27T12:00:00.000Z')
const TEXTS = [
  ...Object.entries(PLANTED).map(([name, { text }]) => [name, text] as const),
  ['two words', `${PLANTED['two letters'].text} ${PLANTED.frequent.text}s`],
] as const

await withRealParts(async ({ DATABASE_URL }) => {
  process.env['DATABASE_URL'] = DATABASE_URL
  const database = await scratchDatabase()
  const mine = Array.from({ length: read }, (_, at) => at + 1)
  const readable = mine.map((roomId) => ({ roomId, afterSeq: 0 }))
  const search = searchService({ database, readableRooms: async () => readable })
  try {
    await migrate(database, [...outboxMigrations, ...search.migrations])
    const rate = await fill(database, search)
    // As autovacuum does: what is appended to the index waits in a list until then.
    await database.query('vacuum analyze search_message')
    const told = [`indexed ${rate.toFixed(0)} messages/s`, await sizes(database)]
    for (const [name, text] of TEXTS) told.push(await measure(search, name, text))
    console.log(`bench:search: ${messages} messages in ${rooms} rooms: ${told.join('; ')}`)
  } finally {
    await database.close()
  }
})

/** Messages per second, each through its inbox row and the group's shared transaction. */
async function fill(database: Database, search: Service): Promise<number> {
  const handle = search.hears[0]?.handlers['MessageSent']
  if (handle === undefined) throw new Error('search hears no message')
  const options = { database, outbox: createOutbox(), group: 'bench', together: TOGETHER }
  const effects = transactionalEffects(options)
  const nextText = corpus()
  let sent = 0
  const startedMs = performance.now()
  const lanes = Array.from({ length: TOGETHER }, async () => {
    while (sent < messages) {
      sent += 1
      const event = eventOf(sent, nextText())
      const store = async ({ tx }: { tx: Transaction }) => {
        const context = { tx, ...deliveryOf() }
        await handle(event, context)
      }
      await effects(event, store, deliveryOf())
    }
  })
  await Promise.all(lanes)
  return (messages * 1_000) / (performance.now() - startedMs)
}

function eventOf(at: number, content: string) {
  // Two of a room never wait together, as in the lanes of a consumer.
  const room_id = (at % rooms) + 1
  const place = { room_id, message_id: randomUUID(), seq: Math.ceil(at / rooms) }
  const time = new Date(START_MS + at).toISOString()
  return {
    type: MessageSent.name,
    id: randomUUID(),
    time,
    key: String(room_id),
    data: { ...MessageSent.example, ...place, content, created_at: time },
    position: { topic: MessageSent.topic.name, partition: 0, offset: BigInt(at) },
  }
}

async function sizes(database: Database): Promise<string> {
  const [row] = await database.query<{ rows: number; index: number }>(
    `select pg_table_size('search_message') as rows,
       pg_relation_size('search_message_terms') as index`,
  )
  const { rows = 0, index = 0 } = row ?? {}
  const [rowsMiB, indexMiB] = [rows, index].map((bytes) => (bytes / MEBIBYTE).toFixed(0))
  const each = ((rows + index) / messages).toFixed(0)
  return `rows ${rowsMiB} MiB, index ${indexMiB} MiB, ${each} bytes a message`
}

async function measure(search: Service, name: string, text: string): Promise<string> {
  const ask = search.routes.find(({ route }) => route === searchMessages)?.handler
  if (ask === undefined) throw new Error('search answers nothing')
  const request: RouteRequest = {
    params: {},
    query: { text },
    body: {},
    conditions: {},
    operator: undefined,
    caller: { userId: 1, sessionId: '' },
    userAgent: '',
    correlationId: '',
    idempotency: undefined,
  }
  const took: number[] = []
  let found = 0
  for (let round = 0; round < searches; round += 1) {
    const startedMs = performance.now()
    const { items } = (await ask(request)) as { items: unknown[] }
    took.push(performance.now() - startedMs)
    found = items.length
  }
  const [p50, p99] = [quantile(took, 0.5), quantile(took, 0.99)]
  if (p99 > P99_MS_MAX) process.exitCode = 1
  const figures = `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`
  console.log(`${name.padEnd(12)} ${text.padEnd(14)} ${found} on the first page, ${figures}`)
  return `${name} ${figures}`
}
