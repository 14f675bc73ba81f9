// Brokers that are killed while records are appended and read: none is lost, doubled, overtaken.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Cluster } from '@sosik/cli/cluster'
import { startCluster } from '@sosik/cli/cluster'
import { kafkaEventLog } from 'sosik/kafka'
import { until } from 'sosik/testing'
import type { KeyedLoad } from './support/keyed-load.ts'
import {
  appending,
  createKeyedTopic,
  joinReading,
  keysInTheLog,
  watchedKeys,
  wholeKeys,
} from './support/keyed-load.ts'
import { withFolder } from './support/parts.ts'

const BROKERS = ['kafka-1', 'kafka-2', 'kafka-3']
const READ_MS_MAX = 60_000
const topic = 'failover'

test('each broker is killed with -9 under load: every record is there, in order', async () => {
  await withFolder(async (dataDir) => {
    const cluster = await startCluster({ dataDir, fastFailover: true, durable: false })
    const log = await kafkaEventLog({ brokers: cluster.env.KAFKA_BROKERS.split(',') })
    try {
      await createKeyedTopic(log, topic)
      const read = watchedKeys()
      const members = [await joinReading(log, topic, read), await joinReading(log, topic, read)]
      const load = appending(log, topic)
      for (const broker of BROKERS) await killUnderLoad(cluster, broker, load)
      const rounds = await load.end()
      await until('all was read', () => read.isWhole(rounds), READ_MS_MAX)
      await Promise.all(members.map(({ member }) => member.leave()))
      assert.deepEqual(read.inversions, [])
      assert.deepEqual(await keysInTheLog(log, topic), wholeKeys(rounds))
    } finally {
      await log.close()
      await cluster.stop()
    }
  })
})

async function killUnderLoad(cluster: Cluster, broker: string, load: KeyedLoad): Promise<void> {
  await load.goesOn()
  const part = cluster.parts.find(({ name }) => name === broker)
  assert(part)
  process.kill(part.pid, 'SIGKILL')
  await load.goesOn()
  await cluster.restart(broker)
  await load.goesOn()
}
