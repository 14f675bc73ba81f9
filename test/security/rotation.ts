// Numbers go from an outbox over Kafka into a table while a login and the brokers' key change.
import assert from 'node:assert/strict'
import {
  createOutbox,
  createRelay,
  diagnostics,
  DomainEventConsumer,
  outboxMigrations,
  postgresOutboxStore,
  transactionalEffects,
  applyTopics,
  planTopics,
} from 'sosik'
import { catalogue, consumerGroup, event, hours, Id, topic } from 'sosik/catalogue'
import { type KafkaOptions, kafkaEventLog } from 'sosik/kafka'
import { type Database, migrate, postgresPool } from 'sosik/postgres'
import { until } from 'sosik/testing'
import { allow } from './acls.ts'
import { LOGIN_MS_MAX, type SecuredBrokers } from './brokers.ts'

const USERNAME = 'rotating'
const PAUSE_MS = 5
/** Until a member that could not say goodbye is given up, and some more. */
const HANDED_OVER_MS_MAX = 20_000

const numbers = topic('numbers', { partitions: 3, retentionMs: hours(1), source: '/rotation' })
const Counted = event('Counted', {
  topic: numbers,
  key: 'lane',
  data: { lane: Id, number: Id },
  example: { lane: 1, number: 1 },
})
const counting = consumerGroup('counting', { topics: [numbers], afterDeadLetter: 'continue' })
const rotation = catalogue({ numbers, Counted, counting })
const LANES = 7

/** What of the messenger a process is that relays and consumes. */
async function startProcess(database: Database, options: KafkaOptions) {
  const log = await kafkaEventLog(options)
  const outbox = createOutbox()
  const store = postgresOutboxStore(database, { catalogue: rotation })
  const relay = createRelay({ store, log, outbox })
  const consumer = new DomainEventConsumer({
    log,
    catalogue: rotation,
    group: counting,
    effects: transactionalEffects({ database, outbox, group: counting.name }),
    handlers: {
      async Counted({ data }, { tx }) {
        await tx.query('insert into effect (number) values ($1)', [data.number])
      },
    },
  })
  await consumer.start()
  relay.start()
  let stopped: Promise<void> | undefined
  const stop = async () => {
    await consumer.stop()
    await relay.stop()
    await log.close()
  }
  return () => (stopped ??= stop())
}

/** A number a transaction, until it is ended; answers how many there were. */
function startCounting(database: Database) {
  const outbox = createOutbox()
  let isEnding = false
  const run = async () => {
    let number = 0
    while (!isEnding) {
      number += 1
      const counted = Counted.of({ lane: (number % LANES) + 1, number })
      await database.transaction((tx) => outbox.add(tx, [counted]))
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    return number
  }
  const running = run()
  return () => {
    isEnding = true
    return running
  }
}

/** Ends where the old login and the old key are worth nothing any more. */
export async function rotateUnderLoad(secured: SecuredBrokers): Promise<void> {
  await secured.setPassword(USERNAME, 'of yesterday')
  await secured.asSuperuser((connection) => allow(connection, rightsOf(USERNAME)))
  const database = postgresPool({ url: secured.cluster.env.DATABASE_URL })
  const troubles: string[] = []
  const deafen = diagnostics.trouble.on(({ part }) => void troubles.push(part))
  const stops: (() => Promise<void>)[] = []
  const start = async (password: string) => {
    const stop = await startProcess(database, secured.optionsOf(USERNAME, password))
    stops.push(stop)
    return stop
  }
  await migrate(database, outboxMigrations)
  await database.query('create table effect (number bigint not null)')
  await makeTopics(secured)
  const endCounting = startCounting(database)
  try {
    const handled = async () => {
      const [row] = await database.query<{ all: number; different: number }>(
        'select count(*) as all, count(distinct number) as different from effect',
      )
      return row ?? { all: 0, different: 0 }
    }
    const goesOn = async (what: string, withinMs?: number) => {
      const { different } = await handled()
      await until(what, async () => (await handled()).different > different + 50, withinMs)
    }

    const stopFirst = await start('of yesterday')
    await goesOn('numbers are handled')
    await secured.renewCertificate()
    await secured.setPassword(USERNAME, 'of today')
    const cutOff = () => ['relay', counting.name].every((part) => troubles.includes(part))
    await until('the old login is not renewed', cutOff, 5 * LOGIN_MS_MAX)
    await start('of today')
    await stopFirst()
    await goesOn('numbers are handled again', HANDED_OVER_MS_MAX)
    const count = await endCounting()
    await until('all are handled', async () => (await handled()).different === count)
    assert.deepEqual(await handled(), { all: count, different: count })
  } finally {
    await endCounting()
    await Promise.all(stops.map((stop) => stop()))
    deafen()
    await database.close()
  }
}

async function makeTopics({ cluster }: SecuredBrokers): Promise<void> {
  const log = await kafkaEventLog({ brokers: [cluster.env.KAFKA_BROKERS] })
  await applyTopics(log.admin, await planTopics(log.admin, rotation))
  await log.close()
}

function rightsOf(principal: string) {
  const operations = ['READ', 'WRITE', 'DESCRIBE', 'DESCRIBE_CONFIGS'] as const
  return [
    { principal, resource: 'topic', name: numbers.name, operations },
    { principal, resource: 'topic', name: numbers.deadLetterTopic, operations },
    { principal, resource: 'group', name: counting.name, operations: ['READ', 'DESCRIBE'] },
  ] as const
}
