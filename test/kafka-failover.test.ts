// Brokers that are killed while records are appended and read: none is lost, doubled, overtaken.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from '@sosik/cli/cluster'
import { startCluster } from '@sosik/cli/cluster'
import type { EventLog, GroupMember, LogRecord } from 'sosik'
import { kafkaEventLog } from 'sosik/kafka'
import { withFolder } from './support/parts.ts'
import { until } from 'sosik/testing'

const BROKERS = ['kafka-1', 'kafka-2', 'kafka-3']
const PARTITIONS = 6
const KEYS = 20
const ROUNDS_IN_FLIGHT = 4
const ROUND_PAUSE_MS = 5
/** So many rounds show that appends go on. */
const ROUNDS_GOING_ON = 50
const GOING_ON_MS_MAX = 60_000
const topic = 'failover'

test('each broker is killed with -9 under load: every record is there, in order', async () => {
  await withFolder(async (dataDir) => {
    const cluster = await startCluster({ dataDir, fastFailover: true, durable: false })
    const log = await kafkaEventLog({ brokers: cluster.env.KAFKA_BROKERS.split(',') })
    try {
      const config = { 'min.insync.replicas': '2' }
      const shape = { partitions: PARTITIONS, replicationFactor: 3, config }
      await log.admin.createTopics([{ name: topic, ...shape }])
      const read = watchedKeys()
      const members = [await joinGroup(log, read), await joinGroup(log, read)]
      const load = appending(log)
      for (const broker of BROKERS) await killUnderLoad(cluster, broker, load)
      const rounds = await load.end()
      await until('all was read', () => read.count() === rounds * KEYS, GOING_ON_MS_MAX)
      await Promise.all(members.map((member) => member.leave()))
      assert.deepEqual(read.inversions, [])
      assert.deepEqual(await keysInTheLog(log), wholeKeys(rounds))
    } finally {
      await log.close()
      await cluster.stop()
    }
  })
})

async function killUnderLoad(cluster: Cluster, broker: string, load: Load): Promise<void> {
  await load.goesOn()
  const part = cluster.parts.find(({ name }) => name === broker)
  assert(part)
  process.kill(part.pid, 'SIGKILL')
  await load.goesOn()
  await cluster.restart(broker)
  await load.goesOn()
}

type Load = ReturnType<typeof appending>

/** Appends one number a key and round, several rounds in flight, until it is ended. */
function appending(log: EventLog) {
  const flying = new Set<Promise<void>>()
  let acknowledged = 0
  let isEnding = false
  const append = async (round: number) => {
    const value = Buffer.from(String(round))
    const keys = Array.from({ length: KEYS }, (_, key) => Buffer.from(`key ${key}`))
    const results = await log.append(keys.map((key) => ({ topic, key, value, headers: [] })))
    for (const result of results) if (!result.ok) throw result.error
    acknowledged += 1
  }
  const run = async () => {
    for (let round = 0; ; round += 1) {
      if (isEnding) return round
      const call = append(round)
      flying.add(call)
      void call.then(() => flying.delete(call))
      if (flying.size >= ROUNDS_IN_FLIGHT) await Promise.race(flying)
      await delay(ROUND_PAUSE_MS)
    }
  }
  const running = run()
  return {
    async goesOn() {
      const goal = acknowledged + ROUNDS_GOING_ON
      const reached = until('appends go on', () => acknowledged >= goal, GOING_ON_MS_MAX)
      await Promise.race([reached, running])
    },
    /** Resolves with the number of rounds when all are acknowledged. */
    async end() {
      isEnding = true
      const rounds = await running
      await Promise.all(flying)
      return rounds
    },
  }
}

/** Commits what was read whenever a partition moves. */
async function joinGroup(log: EventLog, read: ReturnType<typeof watchedKeys>) {
  const next = new Map<number, bigint>()
  const member: GroupMember = await log.join({
    group: 'failover',
    topics: [topic],
    listener: {
      assigned() {},
      async revoked(partitions) {
        const commits = partitions.flatMap(({ partition }) => {
          const offset = next.get(partition)
          return offset === undefined ? [] : [{ topic, partition, offset }]
        })
        for (const { partition } of partitions) next.delete(partition)
        await member.commit(commits)
      },
      lost(partitions) {
        for (const { partition } of partitions) next.delete(partition)
      },
      records({ partition }, records) {
        for (const record of records) {
          read.note(record)
          next.set(partition, record.offset + 1n)
        }
      },
      trouble() {},
    },
  })
  return member
}

/** What was read of each key; a number may come again, but none before those below it. */
function watchedKeys() {
  const highest = new Map<string, number>()
  const inversions: string[] = []
  return {
    inversions,
    count: () => [...highest.values()].reduce((sum, number) => sum + number + 1, 0),
    note(record: LogRecord) {
      const key = textOf(record.key)
      const number = Number(textOf(record.value))
      const before = highest.get(key) ?? -1
      if (number > before + 1) inversions.push(`${key}: ${number} after ${before}`)
      highest.set(key, Math.max(before, number))
    },
  }
}

/** Every key's numbers in the order of the log. */
async function keysInTheLog(log: EventLog): Promise<Map<string, number[]>> {
  const keys = new Map(Array.from({ length: KEYS }, (_, key) => [`key ${key}`, [] as number[]]))
  for (const { partition, offset } of await log.admin.offsets(topic, 'latest')) {
    for await (const { key, value } of log.admin.read({ topic, partition }, 0n, offset)) {
      keys.get(textOf(key))?.push(Number(textOf(value)))
    }
  }
  return keys
}

function wholeKeys(rounds: number): Map<string, number[]> {
  const numbers = Array.from({ length: rounds }, (_, round) => round)
  return new Map(Array.from({ length: KEYS }, (_, key) => [`key ${key}`, numbers]))
}

function textOf(bytes: Uint8Array | null): string {
  return Buffer.from(bytes ?? []).toString()
}
