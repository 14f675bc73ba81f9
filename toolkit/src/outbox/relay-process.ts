// A relay in a process of its own, for the tests that kill it or freeze it.
import { kafkaEventLog } from '../kafka/index.ts'
import { postgresPool } from '../postgres/pool.ts'
import { kafkaBrokers } from '../testing/real.ts'
import { postgresOutboxStore } from './postgres-store.ts'
import { createRelay } from './relay.ts'

const [owner = '', url = ''] = process.argv.slice(2)

const log = await kafkaEventLog({ brokers: kafkaBrokers() })
const database = postgresPool({ url, connectionsMax: 2 })
const relay = createRelay({ store: postgresOutboxStore(database), log, owner })
relay.start()

/** The end of the channel tells it to end. */
process.on('disconnect', () => {
  void relay
    .stop()
    .then(() => log.close())
    .then(() => database.close())
})
