// Appends whose answers get lost: sent twice, written once, in order.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { Connection } from '@platformatic/kafka'
import { connectionsApiChannel } from '@platformatic/kafka'
import type { EventLog, NewRecord } from '../log/log.ts'
import { kafkaBrokers } from '../testing/real.ts'
import { kafkaEventLog } from './index.ts'
import { produce } from './wire.ts'

const PARTITIONS = 3
const CALLS = 20
const RECORDS_A_CALL = 6
const CUT_EVERY = 3

test('a connection that breaks before the answer doubles and loses no record', async () => {
  const log = await kafkaEventLog({ brokers: kafkaBrokers() })
  const topic = `lost-answers-${randomUUID()}`
  const replicationFactor = Math.min(3, await log.admin.brokerCount())
  await log.admin.createTopics([
    { name: topic, partitions: PARTITIONS, replicationFactor, config: {} },
  ])
  const cuts = cutProduceConnections()
  try {
    const calls = Array.from({ length: CALLS }, (_, call) => callOf(topic, call))
    for (const records of calls) {
      const results = await log.append(records)
      for (const result of results) if (!result.ok) throw result.error
    }
    assert(cuts.count() > CALLS / CUT_EVERY / 2, `${cuts.count()} connections were cut`)
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const sent = calls.flat().filter((record) => record.partition === partition)
      assert.deepEqual(await textsIn(log, topic, partition), sent.map(textOf))
    }
  } finally {
    cuts.end()
    await log.admin.deleteTopics([topic])
    await log.close()
  }
})

/** Lets every third produce request out and ends its connection before the answer comes in. */
function cutProduceConnections() {
  let requests = 0
  let cut = 0
  const onSent = (message: unknown) => {
    if (!isRequest(message) || message.apiKey !== produce.key) return
    requests += 1
    if (requests % CUT_EVERY !== 0) return
    cut += 1
    message.connection.socket.destroySoon()
  }
  connectionsApiChannel.end.subscribe(onSent)
  const end = () => {
    connectionsApiChannel.end.unsubscribe(onSent)
  }
  return { count: () => cut, end }
}

function isRequest(message: unknown): message is { apiKey: number; connection: Connection } {
  return typeof message === 'object' && message !== null && 'connection' in message
}

function callOf(topic: string, call: number): NewRecord[] {
  return Array.from({ length: RECORDS_A_CALL }, (_, at) => ({
    topic,
    partition: at % PARTITIONS,
    key: null,
    value: Buffer.from(`${call}-${at}`),
    headers: [],
  }))
}

function textOf({ value }: Pick<NewRecord, 'value'>): string {
  return Buffer.from(value ?? []).toString()
}

async function textsIn(log: EventLog, topic: string, partition: number): Promise<string[]> {
  const end = (await log.admin.offsets(topic, 'latest'))[partition]?.offset ?? 0n
  const records = await Array.fromAsync(log.admin.read({ topic, partition }, 0n, end))
  return records.map(textOf)
}
